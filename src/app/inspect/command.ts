import { basename } from 'node:path';
import { printable } from '../../base/log/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { inspectSettings, type CommandHandler } from '../../cli/index.ts';
import { engineFor } from '../../model/engines/index.ts';
import { inspectModel, looksLikeModel, type Inspected } from '../../model/formats/index.ts';
import type { Described } from '../../model/plan/index.ts';
import { findModelFile, readModelFile } from '../../model/storage/index.ts';
import { drawTree, usedFeatures } from './drawing.ts';
import type { TensorSpec } from '../../tensor/index.ts';

/** `davit inspect`: what a file holds, and whether it can be served; exit status 1 when not. */
export const inspect: CommandHandler = async ({ positionals, given }, io) => {
  const { json, tree, object } = readSettings(inspectSettings, given, io.env);
  const file = await findModelFile(positionals[0] as string, looksLikeModel);
  const { bytes, companion } = readModelFile(file);
  const found = await inspectModel(bytes, {
    fileName: basename(file.path),
    companion,
    object: object ?? file.object,
  });
  const memory = found.plan === undefined ? undefined : (await engineFor(found.plan)).estimate(found.plan);
  const facts = { file: file.path, bytes: file.bytes, memory };
  if (tree !== undefined && found.plan !== undefined) {
    io.out(drawTree(found.plan, tree));
    return 0;
  }
  io.out(json ? `${JSON.stringify(asJson(found, facts), undefined, 2)}\n` : asText(found, facts));
  return found.refusal === undefined ? 0 : 1;
};

interface FileFacts {
  readonly file: string;
  readonly bytes: number;
  /** Bytes that the loaded model takes. */
  readonly memory: number | undefined;
}

function asJson({ source, description, plan, refusal }: Inspected, facts: FileFacts): unknown {
  return {
    ...facts,
    servable: refusal === undefined,
    refusal: refusal === undefined ? undefined : { code: refusal.code, reason: refusal.message },
    ...source,
    model: description,
    inputs: plan?.inputs,
    outputs: plan?.outputs,
    featureNames: plan?.featureNames,
  };
}

function asText(
  { source, description, plan, refusal }: Inspected,
  { file, bytes, memory }: FileFacts,
): string {
  const rows: [string, string][] = [['file', `${file} (${sizeText(bytes)})`]];
  if (source !== undefined) {
    rows.push(
      ['format', source.container],
      ['library', `${source.library} ${source.libraryVersion ?? '(version not in the file)'}`],
    );
    for (const note of source.notes) rows.push(['note', note]);
  }
  if (plan !== undefined) {
    rows.push(
      ['inputs', plan.inputs.map(specText).join(', ')],
      ['outputs', plan.outputs.map(specText).join(', ')],
    );
    if (plan.featureNames !== undefined) rows.push(['features', plan.featureNames.join(', ')]);
    const used = usedFeatures(plan);
    if (used !== undefined) rows.push(['splits', used]);
    rows.push(['memory', sizeText(memory ?? 0)]);
  }
  rows.push(['servable', refusal === undefined ? 'yes' : `no: ${refusal.message} [${refusal.code}]`]);
  const table = rows.map(([name, value]) => `${printable(`${name.padEnd(9)} ${value}`)}\n`).join('');
  return description === undefined ? table : `${table}\n${treeText(description, '')}`;
}

function specText({ name, datatype, shape }: TensorSpec): string {
  return `${name} ${datatype} [${shape.join(', ')}]`;
}

function treeText({ name, class: className, parameters, facts, parts }: Described, indent: string): string {
  const list = Object.entries(parameters).map(
    ([key, value]) => `${key}=${value === null ? 'None' : String(value)}`,
  );
  const learnt = Object.entries(facts).map(([key, value]) => `${key} ${String(value)}`);
  const lines = [
    `${indent}${name}: ${className}`,
    ...(list.length === 0 ? [] : [`${indent}  ${list.join(', ')}`]),
    ...(learnt.length === 0 ? [] : [`${indent}  fitted: ${learnt.join(', ')}`]),
  ];
  return `${lines.map(printable).join('\n')}\n${parts.map(part => treeText(part, `${indent}  `)).join('')}`;
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power] ?? ''}`;
}
