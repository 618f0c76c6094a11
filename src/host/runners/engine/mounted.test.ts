import assert from 'node:assert/strict';
import { test } from 'node:test';
import { astray } from './mounted.ts';

const ours = [
  '22 27 0:21 / /proc rw - proc proc rw',
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '28 27 254:1 /@home /home rw - btrfs /dev/vdb rw',
  '29 28 254:2 / /home/mine/big rw - ext4 /dev/vdc rw',
  '30 28 254:3 / /home/mine/big rw - ext4 /dev/vdd rw',
  '',
].join('\n');

const seen = (...mounts: readonly string[]): string =>
  [
    '77 50 0:40 / / rw - overlay overlay rw',
    ...mounts.map(one => `98 77 ${one} rw - ext4 /dev/vda rw`),
    '',
  ].join('\n');

test('a folder is known again by its name on its file system', () => {
  for (const [source, mount] of [
    ['/data/volumes/a', '254:0 /data/volumes/a /mnt/a'],
    ['/data/volumes/a b', '254:0 /data/volumes/a\\040b /mnt/a'],
    ['/data/é', '254:0 /data/é /mnt/a'],
    ['/home/mine/x', '254:1 /@home/mine/x /mnt/a'],
    ['/home', '254:1 /@home /mnt/a'],
    ['/home/mine/big/x', '254:3 /x /mnt/a'],
    ['/home/mine/big', '254:3 / /mnt/a'],
    ['/homes', '254:0 /homes /mnt/a'],
  ] as const) {
    assert.deepEqual(astray(seen(mount), ours, [source]), [], source);
  }
});

test('what is somewhere else, or not there at all, is told', () => {
  for (const mounts of [
    [],
    ['254:0 /root /mnt/a'],
    ['254:0 /data/volumes /mnt/a'],
    ['254:0 /data/volumes/ab /mnt/a'],
    ['254:9 /data/volumes/a /mnt/a'],
    ['254:0 /data/volumes/a//deleted /mnt/a'],
  ]) {
    assert.deepEqual(astray(seen(...mounts), ours, ['/data/volumes/a']), ['/data/volumes/a'], mounts.join());
  }
});

test('one mount stands for one folder', () => {
  const twice = ['/data/a', '/data/a'];
  assert.deepEqual(astray(seen('254:0 /data/a /x', '254:0 /root /y'), ours, twice), ['/data/a']);
  assert.deepEqual(astray(seen('254:0 /data/a /x', '254:0 /data/a /y'), ours, twice), []);
});
