import type { Container } from '../shapes.ts';

const tag = /:[\w.-]*$/;
const gpuTag: readonly string[] = ['tensorflow-serving', 'torchserve', 'huggingfaceserver'];

/** A container with the image that a model's version, or a graphics processor, asks for; a digest stays. Pure. */
export function withImageTag(
  container: Container,
  version: string | undefined,
  serverType: string,
): Container {
  const { image = '' } = container;
  if (image.includes('@sha256:')) return container;
  if (version !== undefined) {
    return { ...container, image: `${image.replace(tag, '')}:${version}` };
  }
  const [found] = tag.exec(image) ?? [];
  if (found === undefined) return container;
  const repository = image.slice(0, -found.length);
  if (wantsGpu(container)) {
    const suffixed = gpuTag.includes(serverType) && !image.endsWith('-gpu');
    return suffixed ? { ...container, image: `${image}-gpu` } : container;
  }
  if (serverType !== 'vllmserver' || repository.endsWith('-cpu')) return container;
  return { ...container, image: `${repository}-cpu${found}` };
}

function wantsGpu({ resources }: Container): boolean {
  const names = Object.keys({ ...resources?.requests, ...resources?.limits });
  return names.some(name =>
    /^(nvidia\.com\/(gpu|mig-)|amd\.com\/gpu|intel\.com\/gpu|habana\.ai\/gaudi)/.test(name),
  );
}
