/**
 * Whom pods with rights in AWS have to reach: the endpoints of exactly those services, the one that gives out credentials (STS), and the agent on their node.
 * In: IAM's names of services. Out: hosts, and whether a host is one of them. Asked by lowerings, where regions may be known only at deployment, and by the simulator.
 */
import { AWS_WORDS } from './aws-table';

/** A service of AWS that a role has rights for. */
export interface AwsRight {
  /** What the actions begin with in IAM, for example `s3`; `*` means every service. */
  readonly name: string;
  /** Regions that the resources name, for example `us-east-1`; the mesh's own is always meant, too. */
  readonly regions: readonly string[];
}

/** The rights of a service's role. A role that only policies of others name has none, and still asks for credentials. */
export interface AwsAccess {
  /** Sorted by name. */
  readonly services: readonly AwsRight[];
}

/** Where a program runs; texts may hold values that are known only at deployment. */
export interface AwsPlace {
  readonly region: string;
  /** Suffix of the partition, for example `amazonaws.com`. */
  readonly suffix: string;
}

/**
 * Where the agent of EKS Pod Identity gives out credentials, on each node.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
 */
export const CREDENTIAL_ADDRESSES: readonly string[] = ['169.254.170.23', 'fd00:ec2::23'];

/** Suffixes of hosts with addresses of both families: in China, and everywhere else. */
const DUAL_STACK = { china: 'api.amazonwebservices.com.cn', elsewhere: 'api.aws' } as const;

/** For rights that name no service, such as `*`. */
const EVERYTHING: readonly string[] = ['*.amazonaws.com', '*.amazonaws.com.cn', `*.${DUAL_STACK.elsewhere}`, `*.${DUAL_STACK.china}`, '*.on.aws'];

/** Names of rights that no hosts are known of; whoever has them has to name hosts. */
export function unknownRights({ services }: AwsAccess): readonly string[] {
  return services.map(({ name }) => name).filter((name) => name !== '*' && !AWS_WORDS.has(name));
}

/** Hosts of all that the rights are for, sorted, each once. `isFips`: the pods ask for endpoints that are validated by FIPS 140, which are added. */
export function awsHosts({ services }: AwsAccess, place: AwsPlace, isFips = false): readonly string[] {
  if (services.some(({ name }) => name === '*')) return EVERYTHING;
  const rights: readonly AwsRight[] = [...services, { name: 'sts', regions: [] }];
  const hosts = rights.flatMap(({ name, regions }) => [...new Set([place.region, ...regions])].flatMap((region) =>
    (AWS_WORDS.get(name) ?? []).flatMap((word) => hostsOf(word, { ...place, region }, isFips))));
  return [...new Set(hosts)].sort();
}

/** Whether a host that a caller writes is one of those that the rights are for, in any region. */
export function isAwsHost({ services }: AwsAccess, host: string): boolean {
  if (services.some(({ name }) => name === '*')) return EVERYTHING.some((pattern) => host.endsWith(pattern.slice(1)));
  return ['sts', ...services.map(({ name }) => name)].some((name) => expressionOf(name).test(host));
}

/** A host of a service in some region, for example `sqs.eu-west-1.amazonaws.com`; undefined where none is known. */
export function sampleHost(name: string): string | undefined {
  const [first] = name === '*' ? ['ec2'] : AWS_WORDS.get(name) ?? [];
  return first === undefined ? undefined : hostsOf(first, { region: 'eu-west-1', suffix: 'amazonaws.com' }, false)[0]!.replace('*', 'any');
}

function hostsOf(word: string, place: AwsPlace, isFips: boolean): readonly string[] {
  if (word.startsWith('{')) return fill(word.slice(1, -1), place);
  const name = word.replace(/^=/, '');
  const names = isFips ? [name, `${name}-fips`, ...(name.startsWith('*') ? [] : [`fips.${name}`, name.replace(/^([^.]+)\./, '$1-fips.')])] : [name];
  return [...new Set(names)].flatMap((one) => [...fill(`${one}.$R.$S`, place), ...(word === name ? fill(`${one}.$R.$D`, place) : [])]);
}

/** In which partition a region lies that is known only at deployment, is not known either: hosts that do not exist do no harm. */
function fill(text: string, { region, suffix }: AwsPlace): readonly string[] {
  const isKnown = REGION.test(region);
  const families = !isKnown ? Object.values(DUAL_STACK) : [region.startsWith('cn-') ? DUAL_STACK.china : DUAL_STACK.elsewhere];
  const placed = text.replace('$R', () => region).replace('$S', () => suffix);
  return placed.includes('$D') ? families.map((family) => placed.replace('$D', family)) : [placed];
}

/** For example `eu-west-1` and `us-gov-west-1`. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

const EXPRESSIONS = new Map<string, RegExp>();

function expressionOf(name: string): RegExp {
  const known = EXPRESSIONS.get(name);
  if (known !== undefined) return known;
  const hosts = (AWS_WORDS.get(name) ?? []).flatMap((word) => hostsOf(word, { region: 'REGION', suffix: 'SUFFIX' }, true));
  const text = hosts.map((host) => host.replace(/\./g, '\\.').replace('*', '.+').replace('REGION', '[a-z]{2}(-[a-z]+)+-\\d+').replace('SUFFIX', 'amazonaws\\.com(\\.cn)?'));
  const expression = new RegExp(`^(${text.join('|')})$`);
  EXPRESSIONS.set(name, expression);
  return expression;
}
