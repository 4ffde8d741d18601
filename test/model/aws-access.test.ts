import { awsHosts, isAwsHost, unknownRights, type AwsAccess } from '../../lib/model/aws-access';

const of = (...names: readonly string[]): AwsAccess => ({ services: names.map((name) => ({ name, regions: [] })) });
const IRELAND = { region: 'eu-west-1', suffix: 'amazonaws.com' };
const LATER = { region: '${Token[AWS.Region.4]}', suffix: '${Token[AWS.URLSuffix.5]}' };

test('a role reaches the service that gives out credentials, whatever else it is for', () => {
  expect(awsHosts(of(), IRELAND)).toEqual(['sts.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 'sts.eu-west-1.api.aws']);
});

test('a right reaches regional hosts, those of both families and those of its resources', () => {
  const hosts = awsHosts(of('s3', 'dynamodb', 'cloudwatch'), IRELAND);

  expect(hosts).toEqual(expect.arrayContaining([
    's3.eu-west-1.amazonaws.com', '*.s3.eu-west-1.amazonaws.com', 's3.dualstack.eu-west-1.amazonaws.com', '*.s3.dualstack.eu-west-1.amazonaws.com',
    'dynamodb.eu-west-1.amazonaws.com', 'dynamodb.eu-west-1.api.aws', '*.ddb.eu-west-1.amazonaws.com', 'monitoring.eu-west-1.amazonaws.com',
  ]));
  expect(hosts.filter((host) => /sqs|kms|lambda|us-east-1/.test(host))).toEqual([]);
});

test('a right for resources in another region reaches both', () => {
  const hosts = awsHosts({ services: [{ name: 'sqs', regions: ['us-east-1'] }] }, IRELAND);

  expect(hosts).toEqual(expect.arrayContaining(['sqs.eu-west-1.amazonaws.com', 'sqs.us-east-1.amazonaws.com']));
  expect(hosts).not.toContain('sts.us-east-1.amazonaws.com');
});

test('hosts hold a region that is known only at deployment, of either partition', () => {
  expect(awsHosts(of('sqs'), LATER)).toEqual(expect.arrayContaining([
    'sqs.${Token[AWS.Region.4]}.${Token[AWS.URLSuffix.5]}', 'sqs.${Token[AWS.Region.4]}.api.aws', 'sqs.${Token[AWS.Region.4]}.api.amazonwebservices.com.cn',
  ]));
});

test('in China hosts have the suffixes of its partition', () => {
  expect(awsHosts(of('sqs'), { region: 'cn-north-1', suffix: 'amazonaws.com.cn' })).toEqual(expect.arrayContaining(['sqs.cn-north-1.amazonaws.com.cn', 'sqs.cn-north-1.api.amazonwebservices.com.cn']));
});

test('pods that ask for FIPS reach these endpoints, too', () => {
  expect(awsHosts(of('sqs', 'sagemaker'), IRELAND, true)).toEqual(expect.arrayContaining(['sqs-fips.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com', 'api-fips.sagemaker.eu-west-1.amazonaws.com']));
});

test('rights of everything reach everything', () => {
  expect(awsHosts(of('*'), IRELAND)).toContain('*.amazonaws.com');
  expect(isAwsHost(of('*'), 'sqs.eu-west-1.amazonaws.com')).toBe(true);
  expect(isAwsHost(of('*'), 'example.com')).toBe(false);
});

test('names what no hosts are known of', () => {
  expect(unknownRights(of('kafka-cluster', 'rds-db', 's3', '*'))).toEqual(['kafka-cluster', 'rds-db']);
});

test.each([
  ['s3.eu-west-1.amazonaws.com', true], ['images.s3.eu-west-1.amazonaws.com', true], ['a.b.s3.us-gov-west-1.amazonaws.com', true], ['sts.ap-southeast-2.amazonaws.com', true],
  ['sqs.eu-west-1.amazonaws.com', false], ['s3.eu-west-1.amazonaws.com.evil.com', false], ['evils3.eu-west-1.amazonaws.com', false], ['s3xeu-west-1.amazonaws.com', false],
])('%s: %s', (host, isReached) => {
  expect(isAwsHost(of('s3'), host)).toBe(isReached);
});
