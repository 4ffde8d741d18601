/** Certificates for servers of tests: an authority, and what it signs. Each lies in a folder as NAME.crt and NAME.key. */
import { existsSync, mkdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { mustRun } from '../tools';

/** A certificate and its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** An authority in a folder that signs certificates. */
export class CertificateAuthority {
  /** PEM of its certificate. */
  readonly pem: string;

  /** Makes the authority unless the folder has it. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    const { certificate, key } = this.files('authority');
    if (!existsSync(certificate)) mustRun('openssl', ['req', '-x509', ...KEY, '-subj', '/CN=authority', '-keyout', key, '-out', certificate]);
    this.pem = readFileSync(certificate, 'utf8');
  }

  /** A certificate of a server; names as OpenSSL writes them, such as `DNS:a.example.com` and `IP:10.0.0.1`. */
  sign(name: string, names: readonly string[]): CertificateFiles {
    const [authority, made] = [this.files('authority'), this.files(name)];
    mustRun('openssl', ['req', '-x509', ...KEY, '-CA', authority.certificate, '-CAkey', authority.key, '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.join(',')}`,
      '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', made.key, '-out', made.certificate]);
    return made;
  }

  private files(name: string): CertificateFiles {
    return { certificate: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`) };
  }
}
