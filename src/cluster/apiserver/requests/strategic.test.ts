import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converterFault } from './strategic.ts';

// What apimachinery's converter (`runtime.DefaultUnstructuredConverter`) says, beside what a decoder of JSON says.
const faults: readonly (readonly [json: string, converted: string])[] = [
  ['string into Go struct field DeploymentSpec.spec.replicas of type int32', 'unrecognized type: int32'],
  ['number into Go value of type string', 'cannot convert int64 to string'],
  [
    'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    'cannot convert float64 to int32',
  ],
  ['number 1.5 into Go value of type string', 'unrecognized type: string'],
  ['number into Go struct field Container.tty of type bool', 'unrecognized type: bool'],
  ['bool into Go value of type string', 'unrecognized type: string'],
  ['object into Go struct field ServiceSpec.spec.type of type string', 'unrecognized type: string'],
  ['array into Go struct field ConfigMap.data of type map[string]string', 'cannot restore map from slice'],
  [
    'string into Go struct field PodSpec.spec.containers of type []v1.Container',
    'cannot restore slice from string',
  ],
  [
    'number into Go struct field Deployment.spec of type v1.DeploymentSpec',
    'cannot restore struct from: int64',
  ],
];

test('a wrong type in a strategic patch is told as the converter of maps tells it', () => {
  for (const [json, converted] of faults)
    assert.equal(converterFault(`json: cannot unmarshal ${json}`), converted, json);
});

test('what a type’s own decoder says stays', () => {
  for (const said of [
    'quantities must match the regular expression',
    'json: cannot unmarshal bool into Go value of type v1.Time',
  ])
    assert.equal(converterFault(said), said);
});
