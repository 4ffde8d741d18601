/** Every wrong command line says what is wrong and how to mend it, whole, and ends with 2. */
import { SHOP, assemblyOf, run } from './world';
import { folderWith } from '../assembly/folders';

const HELP = '  fix  see what there is with --help';
const HEADER = "  fix  write the name, a colon and the value: -H 'x-env: beta'";
const PATH = '  fix  write a path that begins with /, or a URL: GET /products, https://api.example.com/products';
const METHODS = '  fix  write the method before the path: CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, TRACE; left out it is GET';
const EDGE = ['--gateway', 'shop/edge'];

const WRONG: readonly (readonly [readonly string[], string, string])[] = [
  [['simulte'], "unknown command 'simulte'", '  fix  did you mean simulate?'],
  [['frobnicate'], "unknown command 'frobnicate'", HELP],
  [['--jsn'], "unknown option '--jsn'", HELP],
  [['simulate', '--jsn', '/'], "unknown option '--jsn'", '  fix  did you mean --json?'],
  [['explain', '/', '--gatewey', 'x'], "unknown option '--gatewey'", '  fix  did you mean --gateway?'],
  [['simulate'], "missing required argument 'request'", HELP],
  [['simulate', '/', '-H'], "option '-H, --header <header>' argument missing", HELP],
  [['simulate', 'products'], "'products' names no path", PATH],
  [['simulate', 'GET', 'products'], "'GET products' names no path", PATH],
  [['simulate', 'cdk.out', 'GET', '/products'], "'cdk.out GET /products' names no path", PATH],
  [['simulate', '--grpc', 'Get'], "'Get' names no path", '  fix  write the call as /shop.v1.Catalog/GetItem'],
  [['simulate', 'GET', '/a', 'cdk.out', 'c'], "'c' is one word too many after the path '/a' and the assembly 'cdk.out'", '  fix  quote a path that holds spaces'],
  [['simulate', 'GTE', '/a'], "'GTE' is no method, did you mean 'GET'?", METHODS],
  [['simulate', 'cdk.out', '/a'], "'cdk.out' is no method", METHODS],
  [['simulate', '--grpc', 'GET', '/a.B/C'], "a gRPC call has the method POST, not 'GET'", '  fix  leave the method out'],
  [['simulate', '/a', '-H', 'x-env'], "header 'x-env' has no colon", HEADER],
  [['simulate', '/a', '-H', ': beta'], "'' is no name of a header", HEADER],
  [['simulate', '/a', '-H', 'x env: beta'], "'x env' is no name of a header", HEADER],
  [['simulate', '/a', '-H', ':path: /b'], "'' is no name of a header", HEADER],
  [['simulate', '/a', '-H', 'X-Env: a', '-H', 'x-env: b'], "header 'x-env' is given twice",
    '  fix  give it one value: meshes do not agree on which of several lines of one header a condition sees'],
  [['simulate', 'ftp://a/b'], "the scheme of 'ftp://a/b' is 'ftp', not http or https", '  fix  write http:// or https://; for gRPC add --grpc'],
  [['simulate', 'https:///b'], "'https:///b' names no host", '  fix  write it as https://api.example.com/products'],
  [['simulate', 'https://me:secret@a/b'], "'https://me:secret@a/b' holds a user name", "  fix  leave it out; a token goes into a header: -H 'authorization: ...'"],
  [['simulate', 'https://a:70000/b'], "port '70000' is no number from 1 to 65535", '  fix  give the port that clients use, for example 443'],
  [['simulate', '/a', '--port', 'http'], "port 'http' is no number from 1 to 65535", '  fix  give the port that clients use, for example 443'],
  [['simulate', '/a', '--scheme', 'ftp'], "option '--scheme <scheme>' argument 'ftp' is invalid. Allowed choices are http, https", HELP],
  [['simulate', 'https://a/b', '--host', 'c'], "the host is 'a' in the URL, and 'c' in --host", '  fix  say the host once'],
  [['simulate', '/b', '--host', 'a', '-H', 'host: c'], "the host is 'a' in --host, and 'c' in -H 'host: ...'", '  fix  say the host once'],
  [['simulate', 'https://a/b', '--scheme', 'http'], "the scheme is 'https' in the URL, and 'http' in --scheme", '  fix  say the scheme once'],
  [['simulate', 'https://a:1/b', '--port', '2'], "the port is '1' in the URL, and '2' in --port", '  fix  say the port once'],
  [['simulate', '/', '--gateway', 'a', '--from', 'b'], "option '--gateway <gateway>' cannot be used with option '--from <service>'", '  fix  leave one of the two out'],
  [['simulate', '/'], 'the mesh has 2 gateways', '  fix  name one: --gateway shop/edge or --gateway stock/calls; a call between services is asked with --from SERVICE'],
  [['simulate', '/', '--gateway', 'egde'], "there is no gateway 'egde'", "  fix  name one of 'shop/edge', 'stock/calls'"],
  [['simulate', '/', '--from', 'product'], "there is no service 'product'", "  fix  name one of 'shop/products', 'shop/reviews', 'stock/stock'"],
  [['simulate', '/', '--from', 'products'], "a call from service 'shop/products' names no host", "  fix  give the request the host of the called service: 'stock.stock.svc.cluster.local'"],
  [['simulate', '/', ...EDGE, '--port', '8080'], "gateway 'shop/edge' has no listener on port 8080", '  fix  use one of its listeners: 80 (http), 443 (http)'],
  [['simulate', '--grpc', '/a.B/C', ...EDGE], "gateway 'shop/edge' has no listener that speaks grpc", '  fix  use one of its listeners: 80 (http), 443 (http)'],
  [['simulate', '/', '--mesh', 'shap'], "there is no mesh 'shap', did you mean 'shop'?", "  fix  name one of 'shop'"],
  [['check', '--mesh', 'payments'], "there is no mesh 'payments'", "  fix  name one of 'shop'"],
  [['check', '--acknowledge', 'MESH27'], "there is no code 'MESH27', did you mean 'MESH207'?", '  fix  give the code of a warning, for example MESH207'],
  [['check', '--acknowledge', 'MESH206'], 'MESH206 is an error (two routes match alike), and errors cannot be acknowledged', '  fix  mend the program'],
  [['check', 'cdk.out', 'b'], "too many arguments for 'check'. Expected 1 argument but got 2", HELP],
];

describe('a wrong command line', () => {
  const folder = assemblyOf(SHOP);

  test.each(WRONG)('%j: %s', async (args, what, fix) => {
    expect(await run(folder, args)).toEqual({ code: 2, stdout: '', stderr: `error ${what}\n${fix}\n` });
  });

  test('that names no assembly where none lies', async () => {
    expect(await run(folderWith({}), ['simulate', '/'])).toEqual({
      code: 2, stdout: '',
      stderr: "error there is no file or folder 'cdk.out'\n  at   cdk.out\n  fix  run npx cdk synth first, or name another folder or a model file (*.mesh.json)\n",
    });
  });

  test('that names a provider which is unknown', async () => {
    const { code, stderr } = await run(folder, ['check', '--provider', 'appmesh']);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^error there is no provider 'appmesh', did you mean 'app-mesh'\?\n {2}fix {2}name one of 'app-mesh'(, '[a-z-]+')*\n$/);
  });

  test('that asks a mesh without gateway', async () => {
    expect(await run(assemblyOf({ ...SHOP, gateways: [] }), ['simulate', '/'])).toEqual({
      code: 2, stdout: '', stderr: 'error the mesh has no gateway\n  fix  a call between services is asked with --from SERVICE\n',
    });
  });

  test('that asks one of two meshes of the same name', async () => {
    const both = folderWith({ 'cdk.out/a.mesh.json': SHOP, 'cdk.out/b.mesh.json': SHOP });
    const stderr = "error there are 2 meshes of the name 'shop'\n  fix  name one: --mesh a.mesh.json or --mesh b.mesh.json\n";

    expect(await run(both, ['simulate', '/', '--mesh', 'shop'])).toEqual({ code: 2, stdout: '', stderr });
    expect(await run(both, ['simulate', '/half', '--mesh', 'b.mesh.json', ...EDGE])).toMatchObject({ code: 0 });
  });
});
