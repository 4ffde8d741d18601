/** The mesh of the examples, so that each can be seen on all of them: `npm run quickstart -- -c mesh=envoy-gateway`. A program of yours names one. */
import { App } from 'aws-cdk-lib';
import { MeshProvider, ServiceToService } from '../lib';

/** Whether the context names a mesh at the edge only, which does not route or refuse calls between services. */
export function isEdgeOnly(app = new App()): boolean {
  return app.node.tryGetContext('mesh') === 'envoy-gateway';
}

/** The provider that the context names: `istio` where it names none, `envoy-gateway`, or `app-mesh`. */
export function meshOf(app: App): MeshProvider {
  const name: unknown = app.node.tryGetContext('mesh') ?? 'istio';
  switch (name) {
    case 'istio': return MeshProvider.istio();
    // services of the examples call each other, which this mesh does not see
    case 'envoy-gateway': return MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY });
    case 'app-mesh': return MeshProvider.appMesh();
    default: throw new Error(`context value mesh is '${String(name)}'; it can be 'istio', 'envoy-gateway' or 'app-mesh'`);
  }
}
