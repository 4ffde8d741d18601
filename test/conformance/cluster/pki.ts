/** Certificates and tokens of one run of the node, made by openssl. Elliptic curves: an RSA key costs a busy machine a second. */
import { randomBytes } from 'crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { NODE } from './versions';
import { mustRun } from '../tools';

/** Users that come with a token, and the groups they are in. */
const USERS = {
  admin: ['cluster-admin', 'system:masters'],
  kubelet: [`system:node:${NODE.name}`, 'system:nodes'],
  manager: ['system:kube-controller-manager'],
  scheduler: ['system:kube-scheduler'],
  proxy: ['system:kube-proxy'],
} as const;

/** One of the users. */
export type User = keyof typeof USERS;

/** Where the API server of the node answers. */
export const ENDPOINT = `https://${NODE.address}:6443`;

/** Writes pki/ and one kubeconfig for each user below the folder. Returns the tokens. */
export function issue(folder: string): Readonly<Record<User, string>> {
  const pki = join(folder, 'pki');
  mkdirSync(pki, { recursive: true });
  const openssl = (...args: string[]) => mustRun('openssl', args, { cwd: pki });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'accounts.key');
  openssl('req', '-x509', ...key, '-days', '30', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=the lab', '-addext', 'keyUsage=critical,keyCertSign,digitalSignature');
  const sign = (name: string, subject: string, extensions: string) => {
    writeFileSync(join(pki, `${name}.ext`), extensions);
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-out', `${name}.crt`, '-extfile', `${name}.ext`);
  };
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'].map(name => `DNS:${name}`);
  const addresses = [NODE.address, NODE.apiService, '127.0.0.1'].map(address => `IP:${address}`);
  sign('apiserver', '/CN=kube-apiserver', `extendedKeyUsage=serverAuth\nsubjectAltName=${[...names, ...addresses].join(',')}\n`);
  sign('to-kubelet', '/O=system:masters/CN=apiserver-to-kubelet', 'extendedKeyUsage=clientAuth\n');
  return tokens(folder, readFileSync(join(pki, 'ca.crt')).toString('base64'));
}

/** The kubeconfig of one user: with everything inside, so that it works from any folder. */
export function kubeconfigOf(folder: string, user: User): string {
  return join(folder, `${user}.kubeconfig`);
}

function tokens(folder: string, authority: string): Record<User, string> {
  const names = Object.keys(USERS) as User[];
  const made = Object.fromEntries(names.map(name => [name, randomBytes(16).toString('hex')])) as Record<User, string>;
  const rows = names.map(name => {
    const [user, ...groups] = USERS[name];
    return `${made[name]},${user},${user},"${groups.join(',')}"\n`;
  });
  writeFileSync(join(folder, 'tokens.csv'), rows.join(''), { mode: 0o600 });
  for (const name of names) {
    writeFileSync(kubeconfigOf(folder, name), JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: NODE.name, cluster: { 'server': ENDPOINT, 'certificate-authority-data': authority } }],
      'users': [{ name, user: { token: made[name] } }],
      'contexts': [{ name: NODE.name, context: { cluster: NODE.name, user: name, namespace: 'default' } }],
      'current-context': NODE.name,
    }, null, 1), { mode: 0o600 });
  }
  return made;
}
