/**
 * The deployment function: a custom resource that answers CloudFormation itself. One invocation carries out one request and waits inside of it, so there is no state machine whose input and
 * history would hold manifests. Nothing of an event is logged.
 */
import { Api } from './api';
import { put, remove, wantedOf, type Surroundings } from './deployment';
import { connect, MissingCluster, stackStatus, type ClusterAddress } from './eks';
import { Refusal, type CloudFormationEvent, type Outcome } from './event';
import { identityOf, physicalIdOf } from './identity';
import { Superseded } from './lease';
import type { Deadline } from './patience';
import { respond } from './response';
import { DEFAULT_DEADLINE_SECONDS, DEFINITIONS_TYPE, PROTOCOL, type DefinitionsProperties, type ObjectsProperties } from '../protocol';

/** The part of Lambda's context that is read. */
export interface Context {
  getRemainingTimeInMillis(): number;
}

/** Kept for responding, after a request has used its time. */
const RESERVE_MS = 15_000;

/** Entry point of the function. */
export async function handler(event: CloudFormationEvent, context: Context): Promise<void> {
  const began = Date.now();
  let outcome: Outcome | undefined;
  try {
    outcome = await carryOut(event, deadlineOf(event, context));
  } catch (error) {
    // whoever holds the Lease now answers for the unit
    if (!(error instanceof Superseded)) outcome = { Status: 'FAILED', PhysicalResourceId: idOf(event), Reason: (error as Error).message };
  }
  const { RequestType, LogicalResourceId } = event;
  console.log(JSON.stringify({ RequestType, LogicalResourceId, seconds: (Date.now() - began) / 1000, status: outcome?.Status ?? 'SUPERSEDED', reason: outcome?.Reason }));
  if (outcome !== undefined) await respond(event, outcome);
}

function deadlineOf({ ResourceProperties: { Deadline: wanted } }: CloudFormationEvent, context: Context): Deadline {
  const seconds = Number(wanted ?? DEFAULT_DEADLINE_SECONDS);
  return { end: Date.now() + Math.min(seconds * 1000, context.getRemainingTimeInMillis() - RESERVE_MS), seconds };
}

async function carryOut(event: CloudFormationEvent, deadline: Deadline): Promise<Outcome> {
  const { ClusterName, RoleArn, Protocol } = event.ResourceProperties;
  // a roll-back to an earlier release brings its function back before it deletes what the later one made
  if (event.RequestType !== 'Delete' && Number(Protocol) > Number(PROTOCOL)) throw new Refusal(`the template speaks protocol ${Protocol}, and this function ${PROTOCOL}: deploy the stack again, so that the function is updated first`);
  try {
    const api = await apiOf({ clusterName: ClusterName, ...(RoleArn === undefined ? {} : { roleArn: RoleArn }) }, deadline);
    const surroundings = { api, deadline, stackStatus: () => stackStatus(event.StackId) };
    return event.ResourceType === DEFINITIONS_TYPE ? await definitions(event as CloudFormationEvent<DefinitionsProperties>, surroundings)
      : await objects(event as CloudFormationEvent<ObjectsProperties>, surroundings);
  } catch (error) {
    if (event.RequestType === 'Delete' && error instanceof MissingCluster) return { Status: 'SUCCESS', PhysicalResourceId: idOf(event) };
    throw error;
  }
}

/** How long after its last request an environment goes on with its connection, token and knowledge of kinds. */
const REUSE_MS = 30_000;

const CLIENTS = new Map<string, { readonly api: Api; usedAt: number }>();

/** The client of a cluster; that of the request before, where the environment serves one after the other. */
async function apiOf(address: ClusterAddress, deadline: Deadline): Promise<Api> {
  const key = JSON.stringify(address);
  const known = CLIENTS.get(key);
  if (known !== undefined && Date.now() - known.usedAt < REUSE_MS) {
    known.usedAt = Date.now();
    return known.api;
  }
  const api = new Api(await connect(address, deadline));
  CLIENTS.set(key, { api, usedAt: Date.now() });
  return api;
}

function objects(event: CloudFormationEvent<ObjectsProperties>, surroundings: Surroundings): Promise<Outcome> {
  const wanted = wantedOf(event);
  return event.RequestType === 'Delete' ? remove(wanted, surroundings) : put(wanted, surroundings);
}

async function definitions(event: CloudFormationEvent<DefinitionsProperties>, surroundings: Surroundings): Promise<Outcome> {
  // with what reads charts: most environments never need it, and each would load it when it starts
  const { deployDefinitions, keepDefinitions } = await import('./definitions.js');
  return event.RequestType === 'Delete' ? keepDefinitions(event) : deployDefinitions(event, surroundings);
}

/** The physical id that a failure is answered with, so that the Delete that follows finds what was made. */
function idOf(event: CloudFormationEvent): string {
  const { Manifest } = event.ResourceProperties as Partial<ObjectsProperties>;
  try {
    if (event.RequestType === 'Create' && Manifest !== undefined) return physicalIdOf(identityOf(event), JSON.parse(Manifest.join('')) as []);
  } catch {
    // the failure says what is wrong with the manifest
  }
  return event.PhysicalResourceId ?? `${event.LogicalResourceId.slice(0, 80)}-${identityOf(event).key}-none`;
}
