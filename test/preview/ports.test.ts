/** Which ports are chosen. */
import { createServer, type AddressInfo } from 'net';
import { isPortFree, PortBook } from '../../lib/preview/ports';

describe('a port', () => {
  const bookWith = (taken: readonly number[]) => new PortBook(10_000, port => Promise.resolve(!taken.includes(port)));

  test('is the wanted one where it is free and not the system\'s', async () => {
    const book = bookWith([8443]);

    expect(await book.portFor('a', { wanted: 8080 })).toBe(8080);
    expect(await book.portFor('b', { wanted: 80 })).toBe(10_000);
    expect(await book.portFor('c', { wanted: 8443 })).toBe(10_001);
  });

  test('stays the same for the same notion', async () => {
    const book = bookWith([]);
    const first = await book.portFor('a');
    await book.portFor('b');

    expect(await book.portFor('a', { wanted: 8080 })).toBe(first);
  });

  test('is given once, even if asked for at the same time', async () => {
    const book = bookWith([10_001]);

    expect(await Promise.all(['a', 'b', 'c'].map(key => book.portFor(key)))).toEqual([10_000, 10_002, 10_003]);
    expect(await book.portFor('d', { wanted: 10_000 })).toBe(10_004);
  });

  test('is looked for from an offset', async () => {
    expect(await bookWith([10_100]).portFor('a', { offset: 100 })).toBe(10_101);
  });

  test('that cannot be found is an error, and the next one is still looked for', async () => {
    const book = new PortBook(10_000, port => Promise.resolve(port === 9000));

    await expect(book.portFor('a')).rejects.toThrow('no port from 10000 on is free\n  fix  name another start with --port-base N');
    expect(await book.portFor('b', { wanted: 9000 })).toBe(9000);
  });

  test('that somebody else took in the last moment is given up, and not given again', async () => {
    const book = bookWith([]);
    await book.portFor('a', { wanted: 8080 });
    book.avoid(8080);

    expect(await book.portFor('a', { wanted: 8080 })).toBe(10_000);
    expect(await book.portFor('b', { wanted: 8080 })).toBe(10_001);
  });

  test('is taken when somebody listens', async () => {
    const server = createServer();
    const port = await new Promise<number>(done => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));

    expect(await isPortFree(port)).toBe(false);
    await new Promise(done => server.close(done));
    expect(await isPortFree(port)).toBe(true);
  });
});
