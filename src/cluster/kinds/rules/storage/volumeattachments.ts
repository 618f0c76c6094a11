import type { KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { filled } from '../filling.ts';
import { withStatus } from '../strategy.ts';

const detached = { attached: false };

/** Rules of VolumeAttachment, which begins detached. */
export const volumeattachments: Rules = {
  complete: object => filled<KubeObject>(object, { status: detached }),
  ...withStatus(detached),
};
