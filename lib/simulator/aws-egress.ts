/** What a role lets its pods out to, where a mesh lets out only what is declared. */
import { CREDENTIAL_ADDRESSES, isAwsHost } from '../model/aws-access';
import type { Request } from '../model/evaluate';
import type { Service } from '../model/service';

/** Whether a request is one for AWS that the rights of a service's role are for, by TLS, or one for the agent that gives out credentials. */
export function isLetOutByRole({ aws }: Service, { host, port }: Pick<Request, 'host' | 'port'>): boolean {
  if (aws === undefined) return false;
  return (port === 443 && isAwsHost(aws, host)) || (port === 80 && CREDENTIAL_ADDRESSES.includes(host.replace(/^\[|\]$/g, '')));
}
