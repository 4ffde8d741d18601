/** AWS App Mesh, through the CRDs of its controller for Kubernetes. AWS ended the service on 2026-09-30. */
import { FULL_SERVICE_TO_SERVICE } from '../../model/service-to-service';
import type { Provider } from '../provider';
import { APP_MESH_CAPABILITIES } from './capabilities';
import { identitiesOf } from './identities';
import { lowerModel } from './lower';
import type { AppMeshOptions } from './options';
import { validateForAppMesh } from './validate';

export type { AppMeshOptions } from './options';

/** The dialect. */
export function appMeshProvider(options: AppMeshOptions = {}): Provider {
  return {
    name: 'app-mesh',
    title: 'AWS App Mesh',
    capabilities: APP_MESH_CAPABILITIES,
    serviceToService: FULL_SERVICE_TO_SERVICE,
    validate: validateForAppMesh,
    identities: identitiesOf,
    lower: (model, context) => lowerModel(model, options, context),
  };
}
