import type { Command } from '../command.ts';
import { allNamespaces, json, sessionSettings } from './session.ts';

export const volumeSettings = { ...sessionSettings, allNamespaces, json };

export const volumeCommand: Command = {
  name: 'volume',
  summary: 'List claims with what is in them, and copy files into them and out of them.',
  description:
    'The volume of a claim is a folder below the data directory of davit up. ls lists claims, or what lies at a path in one; cp copies a file or a folder between this machine and a claim, as cp -r does: into a folder that is there, else to that name, with the folders before it made. The API is asked which folder a claim has, so whoever may read claims and volumes there, and the files here, may use it. Links that stay in the volume are followed; those that lead out of it are refused.',
  positionals: [
    { name: 'ls|cp', help: 'what to do', required: true, many: false },
    {
      name: 'FROM',
      help: 'with ls: CLAIM or CLAIM:PATH, or nothing for all claims; with cp: a file, a folder, or [NAMESPACE/]CLAIM:PATH',
      required: false,
      many: false,
    },
    {
      name: 'TO',
      help: 'with cp: [NAMESPACE/]CLAIM:PATH, or a file or folder; one of both is a claim',
      required: false,
      many: false,
    },
  ],
  settings: volumeSettings,
  shorts: { n: 'namespace', A: 'allNamespaces' },
  examples: [
    { line: 'davit volume cp model.joblib models:iris/', says: 'then storageUri: pvc://models/iris' },
    { line: 'davit volume cp ./iris team-a/models:', says: 'a folder, into a claim of another namespace' },
    { line: 'davit volume cp models:iris/model.joblib .', says: 'and back' },
    { line: 'davit volume ls -A', says: 'claims of every namespace' },
    { line: 'davit volume ls models:iris', says: 'what lies there' },
  ],
};
