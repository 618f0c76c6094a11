import { notFound } from '../../meta/index.ts';
import type { ActionHandler, Answer } from '../call.ts';
import { resourceOf } from '../reads/read.ts';

/** Answers `componentstatuses`: what the cluster is made of is well as long as it answers. */
export const componentStatuses: ActionHandler = (call): Answer => {
  const conditions = [{ type: 'Healthy', status: 'True', message: 'ok' }];
  const items = ['etcd-0', 'scheduler', 'controller-manager'].map(name => ({
    metadata: { name },
    conditions,
  }));
  const { kind } = call;
  if (call.info.verb === 'list') {
    const list = { kind: kind.listKind, apiVersion: 'v1', metadata: {}, items };
    return { status: 200, object: list, kind };
  }
  const found = items.find(item => item.metadata.name === call.info.name);
  if (found === undefined) throw notFound(resourceOf(kind), call.info.name);
  return { status: 200, object: { kind: kind.kind, apiVersion: 'v1', ...found }, kind };
};
