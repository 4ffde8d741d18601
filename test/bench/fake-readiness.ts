/**
 * Says of everything that it is ready as soon as it is written: Deployments without pods, Services without endpoints, routes without a gateway. So a deployment's own time is left, and none of what is deployed.
 */
import type { KubeClient, Living } from '../conformance/engine/kube-client';

/** Controllers that are in the way: they would say how things really are. */
export const CONTROLLERS_IN_THE_WAY = ['deployment-controller', 'replicaset-controller', 'endpoints-controller', 'endpointslice-controller'];

const CONTROLLER = 'example.com/fake';

/** Begins; the result ends it. The definitions of routes have to be there. */
export function fakeReadiness(client: KubeClient): () => void {
  // what was changed or is gone by now comes again, or does not matter
  const watch = (kind: string, write: (object: Living) => Promise<unknown>) => client.watch(kind, (object) => void write(object).catch(() => undefined));
  const ends = [
    watch('Deployment', ({ metadata: { name, namespace, generation }, spec: { replicas }, status }) => {
      if (status?.observedGeneration === generation) return Promise.resolve();
      const counts = Object.fromEntries(['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'].map((field) => [field, replicas]));
      return client.patch('Deployment', [namespace, name], { status: { observedGeneration: generation, ...counts } }, { subresource: 'status', manager: 'fake' });
    }),
    watch('Service', ({ metadata: { name, namespace }, spec: { selector } }) => selector === undefined ? Promise.resolve() : client.create({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }], ports: [],
    })),
    watch('HTTPRoute', ({ metadata: { name, namespace, generation }, spec, status }) => {
      if (status?.parents !== undefined && status.parents.length > 0) return Promise.resolve();
      const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', reason: type, message: '', observedGeneration: generation, lastTransitionTime: new Date().toISOString() }));
      const parents = spec.parentRefs.map((parentRef: object) => ({ parentRef, controllerName: CONTROLLER, conditions }));
      return client.patch('HTTPRoute', [namespace, name], { status: { parents } }, { subresource: 'status', manager: 'fake' });
    }),
  ];
  return () => ends.forEach((end) => end());
}
