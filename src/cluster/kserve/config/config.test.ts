import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import { installedConfiguration, installedObjects } from '../installed/objects.ts';
import { LiveConfiguration } from './live.ts';
import { readConfiguration } from './read.ts';

function map(data: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'inferenceservice-config' }, data };
}

function faultsOf(data: Readonly<Record<string, string>>): string[] {
  return readConfiguration(map(data), installedConfiguration).faults.map(fault => fault.message);
}

test('the ConfigMap that is installed reads as what is in force without it', () => {
  const [installed] = installedObjects() as [KubeObject];
  const { configuration, faults } = readConfiguration(installed, installedConfiguration);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration, installedConfiguration);
  assert.equal(configuration.deploy.defaultDeploymentMode, 'Knative');
  assert.equal(configuration.ingress.ingressDomain, 'example.com');
  assert.equal(configuration.storageInitializer.image, 'kserve/storage-initializer:v0.20.0');
  assert.equal(configuration.storageInitializer.ociModelMode, 'modelcar');
  assert.equal(configuration.credentials.s3.s3AccessKeyIDName, 'AWS_ACCESS_KEY_ID');
});

test('a fault names the key, what was found and what has to be there', () => {
  const rows: readonly (readonly [key: string, text: string, message: RegExp])[] = [
    ['agent', '{"image": }', /^inferenceservice-config: agent is not JSON: /],
    ['agent', '[]', /^inferenceservice-config: agent is \[\], but has to be a JSON object\.$/],
    ['agent', '{"cpuLimit":1}', /agent\.cpuLimit is 1, but has to be a string\.$/],
    [
      'agent',
      '{"cpuLimit":"much"}',
      /agent\.cpuLimit is "much", but has to be an amount such as 100m or 1Gi/,
    ],
    ['deploy', '{}', /deploy\.defaultDeploymentMode is absent, but has to be one of Knative, Standard/],
    ['ingress', '{}', /ingress\.ingressGateway is absent, but has to be NAMESPACE\/NAME/],
    [
      'ingress',
      '{"ingressGateway":"a/b","enableGatewayApi":true,"kserveIngressGateway":"a"}',
      /ingress\.kserveIngressGateway is "a", but has to be NAMESPACE\/NAME of a Gateway/,
    ],
    [
      'storageInitializer',
      '{"ociModelMode":"copy"}',
      /ociModelMode is "copy", but has to be one of modelcar,/,
    ],
    ['explainers', '{"art":{"image":[]}}', /explainers\.art\.image is \[\], but has to be a string/],
    ['logger', '{"batchSize":1.5}', /logger\.batchSize is 1\.5, but has to be a whole number/],
    ['logger', '{"storage":{"parameters":{"a":1}}}', /storage\.parameters is .*an object of strings/],
    ['security', '{"autoMountServiceAccountToken":"no"}', /is "no", but has to be true or false/],
    ['multiNode', '{"customGPUResourceTypeList":[1]}', /is \[1\], but has to be a list of strings/],
  ];
  for (const [key, text, message] of rows) {
    const faults = faultsOf({ [key]: text });
    assert.equal(faults.length, 1, text);
    assert.match(faults[0] as string, message);
  }
});

test('modes have their old names as well; what a key does not say is as in KServe’s programs', () => {
  const read = (data: Readonly<Record<string, string>>): typeof installedConfiguration =>
    readConfiguration(map(data), installedConfiguration).configuration;
  const deploy = (mode: string): string =>
    read({ deploy: JSON.stringify({ defaultDeploymentMode: mode }) }).deploy.defaultDeploymentMode;
  assert.equal(deploy('Serverless'), 'Knative');
  assert.equal(deploy('RawDeployment'), 'Standard');
  const { ingress } = read({ ingress: '{"ingressGateway":"a/b","localGatewayService":"x"}' });
  assert.equal(ingress.ingressClassName, undefined);
  assert.equal(ingress.domainTemplate, '{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}');
  assert.equal(ingress.knativeLocalGatewayService, 'x');
  assert.deepEqual(read({ inferenceService: '{}' }).inferenceService.resource, {
    cpuRequest: '',
    cpuLimit: '',
    memoryRequest: '',
    memoryLimit: '',
  });
});

test('what was read well last stays in force, key by key', () => {
  const faults: string[] = [];
  const live = new LiveConfiguration(installedConfiguration, fault => faults.push(fault.message));
  const good = map({ deploy: '{"defaultDeploymentMode":"Standard"}', security: '{}' });
  assert.equal(live.take(good).deploy.defaultDeploymentMode, 'Standard');
  const broken = map({
    deploy: '{"defaultDeploymentMode":',
    security: '{"autoMountServiceAccountToken":false}',
  });
  assert.equal(live.take(broken).deploy.defaultDeploymentMode, 'Standard');
  assert.equal(live.take(broken).security.autoMountServiceAccountToken, false);
  assert.equal(faults.length, 1);
  assert.equal(live.take(map({})).deploy.defaultDeploymentMode, 'Knative');
  assert.equal(live.take(undefined), installedConfiguration);
});

test('nobody can change what is in force', () => {
  const { configuration } = readConfiguration(map({ router: '{}' }), installedConfiguration);
  assert.throws(() => Object.assign(configuration.router.headers, { propagate: [] }), TypeError);
  assert.throws(() => Object.assign(configuration, { router: {} }), TypeError);
});
