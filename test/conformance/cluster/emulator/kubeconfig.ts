/** Endpoint and certificate of the living node, out of its kubeconfig. */
import * as fs from 'fs';
import { parse } from 'yaml';
import { Cluster } from './aws-resources';

interface Kubeconfig {
  readonly 'clusters'?: readonly { readonly name: string; readonly cluster: KubeconfigCluster }[];
  readonly 'contexts'?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly 'current-context'?: string;
}

interface KubeconfigCluster { readonly 'server': string; readonly 'certificate-authority'?: string; readonly 'certificate-authority-data'?: string }

/** The cluster of the current context; without a kubeconfig, one that nobody can reach. */
export function readCluster(name: string, file: string | undefined): Cluster {
  if (file === undefined) return { name, endpoint: 'https://cluster.invalid', certificateAuthorityData: '' };
  const config = parse(fs.readFileSync(file, 'utf8')) as Kubeconfig;
  const context = config.contexts?.find(entry => entry.name === config['current-context'])?.context;
  const cluster = (config.clusters?.find(entry => entry.name === context?.cluster) ?? config.clusters?.[0])?.cluster;
  if (cluster === undefined) throw new Error(`${file} names no cluster`);
  const authority = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'] ?? (authority === undefined ? '' : fs.readFileSync(authority).toString('base64'));
  return { name, endpoint: cluster.server, certificateAuthorityData: data };
}
