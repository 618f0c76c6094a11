export { elementsOf } from './elements.ts';
export { frameOf, seriesOf, type Frame, type Series } from './frame.ts';
