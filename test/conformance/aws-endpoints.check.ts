/** The hosts that rights in AWS let pods out to are those that AWS's own rules give, as botocore carries them. */
import { mustRun, python } from './tools';
import { awsHosts, isAwsHost } from '../../lib/model/aws-access';

interface Asked {
  readonly name: string;
  readonly signingName: string;
  readonly hosts: readonly { readonly region: string; readonly fips: boolean; readonly host: string }[];
}

/** Where IAM's actions begin with another name than requests are signed with. */
const IAM_NAMES: { readonly [signingName: string]: string } = {
  'monitoring': 'cloudwatch', 'tagging': 'tag', 'mturk-requester': 'mechanicalturk', 'iotdata': 'iot', 'iot-jobs-data': 'iot', 'iotsecuredtunneling': 'iot', 'awsssoportal': 'sso',
  'cloudcontrolapi': 'cloudformation', 'supportauthz': 'support',
};

/** Names of hosts that rules make up for a partition that has none, and what is spoken on ports of its own. */
const UNREAL = /aws-global|^data\.ats\.iot/;
const OTHER_PORTS = ['cassandra', 'neptune-db'];

const SUFFIXES: { readonly [region: string]: string } = { 'cn-north-1': 'amazonaws.com.cn' };

const all = (JSON.parse(mustRun(python('python'), [`${__dirname}/aws_endpoints.py`])) as readonly Asked[]).filter(({ signingName }) => !OTHER_PORTS.includes(signingName));
const cases = all.flatMap(({ name, signingName, hosts }) => {
  const right = signingName.toLowerCase();
  return hosts.filter(({ host }) => !UNREAL.test(host)).map((one) => ({ name, right: IAM_NAMES[right] ?? right, ...one }));
});
const isAmong = (host: string, patterns: readonly string[]) => patterns.some((pattern) => pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1))));

test('every service of AWS is reached by those with rights for it, and none by others', () => {
  const missing = cases.filter(({ right, region, fips, host }) => !isAmong(host, awsHosts({ services: [{ name: right, regions: [] }] }, { region, suffix: SUFFIXES[region] ?? 'amazonaws.com' }, fips)));
  const unknown = cases.filter(({ right, host }) => !isAwsHost({ services: [{ name: right, regions: [] }] }, host));
  const strange = cases.filter(({ right, host }) => right !== 'sts' && isAwsHost({ services: [{ name: 'no-such-service', regions: [] }] }, host));

  expect(cases.length).toBeGreaterThan(2000);
  expect({ missing, unknown, strange }).toEqual({ missing: [], unknown: [], strange: [] });
});
