import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../e2e/program.ts';
import { notCompared } from '../children/deliberate.ts';

/** What a manifest came to beside a real API. */
export interface Row {
  readonly name: string;
  readonly fields: number;
  readonly differing: readonly unknown[];
  /** Fields that differ without a reason. */
  readonly unlisted: number;
  readonly reasons: readonly (string | undefined)[];
}

const page = join(root, 'docs', 'reference', 'kserve-real-cluster.md');

/** Writes the page of the documentation. */
export function writePage(rows: readonly Row[]): void {
  const fields = rows.reduce((sum, row) => sum + row.fields, 0);
  const equal = fields - rows.reduce((sum, row) => sum + row.differing.length, 0);
  const lines = [
    '# Beside a real Kubernetes API',
    '',
    '<!-- Written by `node test/conformance/kserve/real/run.ts --write FOLDER`, which compares them. -->',
    '',
    "`davit controller` has KServe's controllers and admission webhooks for a cluster that is not Davit's. Beside etcd, kube-apiserver,",
    "kube-controller-manager and kube-scheduler 1.37 it was given the manifests that KServe 0.20's own manager was given in Standard mode.",
    `Of children, statuses, events and tables ${equal} of ${fields} fields are equal (${((equal / fields) * 100).toFixed(2)} %); the others differ`,
    'for the reasons named.',
    '',
    '| Manifest | Fields | Differ | Why |',
    '|---|---|---|---|',
    ...rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(lineOf),
    '',
    '## Not compared',
    '',
    '| Manifest | Because |',
    '|---|---|',
    ...Object.entries(notCompared).map(([name, reason]) => `| ${name} | ${reason} |`),
    '',
  ];
  writeFileSync(page, lines.join('\n'));
}

function lineOf({ name, fields, differing, reasons }: Row): string {
  const why = [...new Set(reasons.map(reason => reason ?? 'no reason is known'))].join('; ');
  return `| ${name} | ${fields} | ${differing.length} | ${why} |`;
}
