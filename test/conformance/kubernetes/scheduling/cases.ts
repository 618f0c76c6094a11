import {
  type Case,
  claim,
  far,
  hostname,
  incoming,
  initially,
  inZone,
  near,
  node,
  onNode,
  pod,
  port,
  reachedFrom,
  spread,
  storageClass,
  tainted,
  term,
  tolerating,
  two,
  using,
  volume,
  web,
  zone,
  zones,
} from './objects.ts';
import { preemptions } from './preempting.ts';

export { type Case, namespaces } from './objects.ts';

/** What nodes are, and what they have left. */
const rooms: readonly Case[] = [
  { name: 'no node', nodes: [], incoming: incoming() },
  {
    name: 'taints',
    nodes: [tainted('one', 'NoSchedule'), tainted('two', 'NoExecute')],
    incoming: incoming(),
  },
  {
    name: 'a taint that is tolerated',
    nodes: [tainted('one', 'NoSchedule'), tainted('two', 'NoExecute')],
    incoming: incoming({ spec: tolerating }),
  },
  { name: 'unschedulable', nodes: [node('one', { unschedulable: true })], incoming: incoming() },
  {
    name: 'the first reason of a node alone',
    nodes: [
      node('one', { unschedulable: true, taints: [{ key: 'k', effect: 'NoSchedule' }] }),
      tainted('two', 'NoSchedule'),
    ],
    incoming: incoming({ spec: { nodeSelector: { none: 'such' } }, asks: { cpu: '100' } }),
  },
  { name: 'a selector', nodes: two, incoming: incoming({ spec: { nodeSelector: { disk: 'ssd' } } }) },
  { name: 'a node by its name', nodes: two, incoming: incoming({ spec: onNode('two') }) },
  {
    name: 'a node by its name that is full',
    nodes: two,
    incoming: incoming({ spec: onNode('two'), asks: { cpu: '5' } }),
  },
  { name: 'a node by a name that is not there', nodes: two, incoming: incoming({ spec: onNode('three') }) },
  {
    name: 'names that exclude each other',
    nodes: two,
    incoming: incoming({
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchFields: [
                    { key: 'metadata.name', operator: 'In', values: ['one'] },
                    { key: 'metadata.name', operator: 'In', values: ['two'] },
                  ],
                },
              ],
            },
          },
        },
      },
    }),
  },
  {
    name: 'several resources, for now and for ever',
    nodes: [node('one'), node('two', { room: { cpu: '16' } })],
    pods: [pod('there', { on: 'two', asks: { cpu: '12' } })],
    incoming: incoming({ asks: { cpu: '5', memory: '9Gi', 'ephemeral-storage': '11Gi' } }),
  },
  {
    name: 'too many pods',
    nodes: [node('one', { room: { pods: '1' } })],
    pods: [pod('there', { on: 'one' })],
    incoming: incoming({ asks: { cpu: '1' } }),
  },
  {
    name: 'a resource that no node knows',
    nodes: two,
    incoming: incoming({
      container: {
        resources: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } },
      },
    }),
  },
  {
    name: 'the start of a pod',
    nodes: [node('one')],
    incoming: incoming({ asks: { cpu: '1' }, spec: initially('5') }),
  },
  {
    name: 'a sidecar',
    nodes: [node('one')],
    incoming: incoming({ asks: { cpu: '3' }, spec: initially('2', { restartPolicy: 'Always' }) }),
  },
  {
    name: 'sidecars of pods that are there',
    nodes: [node('one')],
    pods: [
      pod('there', { on: 'one', asks: { cpu: '1' }, spec: initially('2', { restartPolicy: 'Always' }) }),
    ],
    incoming: incoming({ asks: { cpu: '2' } }),
  },
  {
    name: 'a pod that asks as a whole',
    nodes: [node('one')],
    incoming: incoming({ asks: { cpu: '1' }, spec: { resources: { requests: { cpu: '5' } } } }),
  },
  {
    name: 'a pod that asks as a whole for what fits',
    nodes: [node('one')],
    pods: [pod('there', { on: 'one', spec: { resources: { requests: { cpu: '2' } } } })],
    incoming: incoming({ spec: { resources: { requests: { cpu: '2' } } } }),
  },
  {
    name: 'decimal parts',
    nodes: [node('one', { room: { cpu: '1' } })],
    pods: [
      pod('there', { on: 'one', asks: { cpu: '100m' } }),
      pod('also', { on: 'one', asks: { cpu: '200m' } }),
    ],
    incoming: incoming({ asks: { cpu: '700m' } }),
  },
  {
    name: 'a pod that never preempts',
    nodes: [node('one')],
    pods: [pod('there', { on: 'one', asks: { cpu: '4' } })],
    incoming: incoming({
      asks: { cpu: '1' },
      spec: { preemptionPolicy: 'Never', priorityClassName: 'quiet' },
    }),
  },
  {
    name: 'some nodes for ever and some for now',
    nodes: [node('one'), tainted('two', 'NoSchedule')],
    pods: [pod('there', { on: 'one', asks: { cpu: '4' } })],
    incoming: incoming({ asks: { cpu: '1' } }),
  },
];

const ports: readonly Case[] = [
  {
    name: 'a port that is taken',
    nodes: two,
    pods: [pod('there', { on: 'one', container: port(80) }), pod('also', { on: 'two', container: port(80) })],
    incoming: incoming({ container: port(80) }),
  },
  {
    name: 'a port that is free on one node',
    nodes: two,
    pods: [pod('there', { on: 'one', container: port(80) })],
    incoming: incoming({ container: port(80) }),
  },
  {
    name: 'a port of another address or protocol',
    nodes: [node('one')],
    pods: [
      pod('there', { on: 'one', container: port(80, { hostIP: '10.0.0.1' }) }),
      pod('also', { on: 'one', container: port(80, { protocol: 'UDP' }) }),
    ],
    incoming: incoming({ container: port(80, { hostIP: '10.0.0.2' }) }),
  },
  {
    name: 'a port of every address',
    nodes: [node('one')],
    pods: [pod('there', { on: 'one', container: port(80, { hostIP: '10.0.0.1' }) })],
    incoming: incoming({ container: port(80) }),
  },
  {
    name: 'a port of a sidecar',
    nodes: [node('one')],
    pods: [pod('there', { on: 'one', container: port(80) })],
    incoming: incoming({ spec: initially('1', { restartPolicy: 'Always', ...port(80) }) }),
  },
];

const company: readonly Case[] = [
  {
    name: 'near a pod',
    nodes: two,
    pods: [pod('db', { on: 'two' })],
    incoming: incoming({ spec: near(term('db')) }),
  },
  { name: 'near nobody', nodes: two, incoming: incoming({ spec: near(term('db')) }) },
  { name: 'near itself', nodes: [node('one')], incoming: incoming({ spec: near(term('web')) }) },
  {
    name: 'near itself where there are others',
    nodes: zones,
    pods: [web('w', 'b1')],
    incoming: incoming({ spec: near(term('web', zone)) }),
  },
  {
    name: 'near itself on a node that is nowhere',
    nodes: [node('one')],
    incoming: incoming({ spec: near(term('web', zone)) }),
  },
  {
    name: 'near two pods, each of them elsewhere',
    nodes: zones,
    pods: [pod('db', { on: 'a1' }), pod('cache', { on: 'b1' })],
    incoming: incoming({ spec: near(term('db', zone), term('cache', zone)) }),
  },
  {
    name: 'near a pod of another namespace',
    nodes: two,
    pods: [pod('db', { on: 'one' }), pod('db', { on: 'two', namespace: 'other' })],
    incoming: incoming({ spec: near(term('db', hostname, { namespaces: ['other'] })) }),
  },
  {
    name: 'near a pod of namespaces with a label',
    nodes: two,
    pods: [pod('db', { on: 'one' }), pod('db', { on: 'two', namespace: 'other' })],
    incoming: incoming({
      spec: near(term('db', hostname, { namespaceSelector: { matchLabels: { team: 'two' } } })),
    }),
  },
  {
    name: 'far from a pod',
    nodes: two,
    pods: [pod('db', { on: 'one' })],
    incoming: incoming({ spec: far(term('db')) }),
  },
  {
    name: 'far from pods that are everywhere',
    nodes: zones,
    pods: [pod('db', { on: 'a1' }), pod('db', { on: 'b1', namespace: 'other' }), pod('cache', { on: 'b1' })],
    incoming: incoming({ spec: far(term('db', zone), term('cache', zone)) }),
  },
  {
    name: 'pods that want to be alone',
    nodes: two,
    pods: [pod('db', { on: 'one', spec: far(term('web')) })],
    incoming: incoming(),
  },
  {
    name: 'pods that want their zones for themselves',
    nodes: zones,
    pods: [
      pod('db', { on: 'a1', spec: far(term('web', zone)) }),
      pod('cache', { on: 'b1', spec: far(term('web')) }),
    ],
    incoming: incoming(),
  },
  {
    name: 'pods that want no pod of certain namespaces',
    nodes: two,
    pods: [
      pod('db', {
        on: 'one',
        namespace: 'other',
        spec: far(term('web', hostname, { namespaceSelector: { matchLabels: { team: 'one' } } })),
      }),
    ],
    incoming: incoming(),
  },
];

const spreads: readonly Case[] = [
  { name: 'spread over zones', nodes: zones, pods: [web('w', 'a1')], incoming: incoming({ spec: spread() }) },
  {
    name: 'spread badly everywhere',
    nodes: [inZone('a1', 'a'), node('b1', { labels: { [zone]: 'b' }, room: { cpu: '1' } })],
    pods: [web('w', 'a1')],
    incoming: incoming({ spec: spread(), asks: { cpu: '2' } }),
  },
  {
    name: 'spread over nodes of which one is in no zone',
    nodes: [inZone('a1', 'a'), inZone('b1', 'b'), node('nowhere')],
    pods: [web('w', 'a1'), web('v', 'a1')],
    incoming: incoming({ spec: { ...spread(), nodeSelector: { none: 'such' } } }),
  },
  {
    name: 'spread over zones, of which none is there',
    nodes: [node('one')],
    incoming: incoming({ spec: spread() }),
  },
  {
    name: 'spread over more zones than there are',
    nodes: [inZone('a1', 'a'), inZone('b1', 'b')],
    pods: [web('w', 'a1'), web('v', 'b1')],
    incoming: incoming({ spec: spread({ minDomains: 3 }) }),
  },
  {
    name: 'spread with nodes that the pod does not tolerate',
    nodes: [
      inZone('a1', 'a'),
      node('b1', { labels: { [zone]: 'b' }, taints: [{ key: 'k', effect: 'NoSchedule' }] }),
    ],
    pods: [web('w', 'a1')],
    incoming: incoming({ spec: spread() }),
  },
  {
    name: 'spread over nodes that the pod tolerates',
    nodes: [
      inZone('a1', 'a'),
      node('b1', { labels: { [zone]: 'b' }, taints: [{ key: 'k', effect: 'NoSchedule' }] }),
    ],
    pods: [web('w', 'a1')],
    incoming: incoming({ spec: spread({ nodeTaintsPolicy: 'Honor' }) }),
  },
  {
    name: 'spread of what has the same version',
    nodes: zones,
    pods: [
      web('w', 'a1', { labels: { app: 'web', v: '1' } }),
      web('v', 'b1', { labels: { app: 'web', v: '2' } }),
    ],
    incoming: incoming({ spec: spread({ matchLabelKeys: ['v'] }), labels: { app: 'web', v: '1' } }),
  },
  {
    name: 'spread of pods of another namespace',
    nodes: zones,
    pods: [web('w', 'b1'), web('v', 'a1', { namespace: 'other' }), web('u', 'a2', { namespace: 'other' })],
    incoming: incoming({ spec: spread() }),
  },
];

const storage: readonly Case[] = [
  { name: 'a claim that is not there', nodes: two, incoming: incoming({ spec: using('data') }) },
  {
    name: 'a claim without a volume',
    nodes: two,
    claims: [claim('data')],
    incoming: incoming({ spec: using('data') }),
  },
  {
    name: 'a claim that has lost its volume',
    nodes: two,
    claims: [claim('data', { volumeName: 'gone' }, true, { status: { phase: 'Lost' } })],
    incoming: incoming({ spec: using('data') }),
  },
  {
    name: 'a volume that is elsewhere',
    nodes: two,
    claims: [claim('data', { volumeName: 'v' }, true)],
    volumes: [volume('v', reachedFrom('two'))],
    incoming: incoming({ spec: { ...using('data'), nodeSelector: { [hostname]: 'one' } } }),
  },
  {
    name: 'a volume of one node',
    nodes: two,
    claims: [claim('data', { volumeName: 'v' }, true)],
    volumes: [volume('v', reachedFrom('two'))],
    incoming: incoming({ spec: using('data') }),
  },
  {
    name: 'a volume of a node that is not there',
    nodes: two,
    claims: [claim('data', { volumeName: 'v' }, true)],
    volumes: [volume('v', reachedFrom('three'))],
    incoming: incoming({ spec: using('data') }),
  },
  {
    name: 'a claim of a volume that is not there',
    nodes: two,
    claims: [claim('data', { volumeName: 'v' }, true)],
    incoming: incoming({ spec: using('data') }),
  },
  {
    name: 'a claim that waits for its pod, of volumes that are made by hand',
    nodes: two,
    classes: [storageClass('local', 'kubernetes.io/no-provisioner')],
    claims: [claim('data', { storageClassName: 'local' })],
    incoming: incoming({ spec: using('data') }),
  },
];

export const cases: readonly Case[] = [
  ...rooms,
  ...ports,
  ...company,
  ...spreads,
  ...storage,
  ...preemptions,
];
