/** Programs whose calls leave the mesh, for goldens. */
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { model, service } from '../../model-builders';
import { outside } from '../../outside-programs';

const CALLS = ['shop/cards', 'shop/legacy', 'shop/ledger'].map((id) => ({ service: id }));
const HOSTS = [outside('cards', '*.cards.com', 443, 'tls'), outside('ledger', 'ledger.example.com', 5432, 'tcp with addresses'), outside('legacy', 'legacy.example.com', 80, 'http')];
const file = (secret: string, chain: string) => ({ kind: 'file', chain: `/certs/${secret}/${chain}`, mount: { secret, path: `/certs/${secret}` } } as const);
const tls = { enforce: true, certificate: { ...file('client', 'tls.crt'), key: '/certs/client/tls.key' }, validation: { trust: file('authorities', 'ca.crt'), subjectAltNames: [] } } as const;

/** By title. */
export const OUTSIDE_SITUATIONS: readonly { readonly title: string; readonly model: TrafficModel }[] = [
  { title: 'hosts outside by name and by address', model: model({ services: [...HOSTS, service('web', { calls: CALLS })] }) },
  { title: 'hosts outside where everything is let out', model: model({ mesh: { egress: 'any' }, services: [...HOSTS, service('web', { calls: CALLS })] }) },
  { title: 'mutual TLS to a host outside', model: model({ services: [outside('legacy', 'legacy.example.com', 80, 'http'), service('web', { calls: [{ service: 'shop/legacy', tls }] })] }) },
  { title: 'rights in AWS', model: model({ services: [service('web', { aws: { services: [{ name: 'sqs', regions: ['us-east-1'] }] } })] }) },
];
