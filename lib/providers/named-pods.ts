/** The selector of a service's own name, for meshes whose proxies do not stand between services: there the name alone decides which pods a call reaches. */
import { SERVICE_LABEL } from './labels';
import type { Service } from '../model/service';
import { podsBehindName } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

/** The labels of all pods of a service; undefined where no set of labels selects these and no others. */
export function nameSelector(service: Service, model: TrafficModel): { readonly [label: string]: string } | undefined {
  const found = podsBehindName(service, model);
  switch (found.kind) {
    case 'own': return { [SERVICE_LABEL]: service.name };
    case 'labelled': return found.labels;
    case 'outside': case 'none': return undefined;
  }
}
