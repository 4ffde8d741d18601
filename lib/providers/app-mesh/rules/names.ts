/** Names: what the API takes, and what a label can hold. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { MAX_LABEL_LENGTH } from '../../../kube/names';
import { findIf, finding, type Rule } from '../../rule';
import { needsEdge } from '../edge-table';
import { edgeHost } from '../names';

/** @see API model 2019-01-25, `ResourceName` and `ServiceName` */
const AWS_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const SERVICE_NAME_MAX = 255;

/** Reports MESH101 for a name that the API refuses, MESH112 for one that is too long. */
export const nameRules: Rule = ({ model }) => [
  ...findIf(!AWS_NAME.test(model.mesh.name), () => finding('MESH101', { origin: model.mesh.origin, property: 'meshName', value: model.mesh.name },
    `the mesh's name '${model.mesh.name}' is not made of 1 to 255 letters, digits, '-' and '_'`, "choose a name like 'shop'")),
  ...findIf(model.mesh.name.length > MAX_LABEL_LENGTH, () => finding('MESH112', { origin: model.mesh.origin, property: 'meshName', value: model.mesh.name },
    `the mesh's name has ${model.mesh.name.length} characters, and the label that marks its namespaces holds ${MAX_LABEL_LENGTH}`, `shorten it to ${MAX_LABEL_LENGTH} characters`)),
  ...model.services.flatMap((service): readonly Diagnostic[] => [
    ...findIf(service.host.length > SERVICE_NAME_MAX, () => finding('MESH112', { origin: service.origin, property: 'host', value: service.host },
      `the host of service '${service.id}' has ${service.host.length} characters, and App Mesh allows ${SERVICE_NAME_MAX}`, 'shorten it')),
    ...service.routes.flatMap((route) => findIf(!AWS_NAME.test(route.name), () => finding('MESH101', { origin: route.origin, property: route.property, value: route.name },
      `the name of route '${route.name}' is not made of 1 to 255 letters, digits, '-' and '_'`, 'rename the route'))),
  ]),
  ...model.gateways.flatMap((gateway) => gateway.routes.flatMap((route) => {
    const host = edgeHost(model.mesh, gateway, route.name);
    return findIf(route.action.kind === 'forward' && needsEdge(route) && host.length > SERVICE_NAME_MAX,
      () => finding('MESH112', { origin: route.origin, property: route.property, value: route.name },
        `the virtual service of route '${route.name}' would be named with ${host.length} characters, and App Mesh allows ${SERVICE_NAME_MAX}`, 'shorten the route, gateway, namespace or mesh name'));
  })),
];
