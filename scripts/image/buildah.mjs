import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { cacheFolder } from './cache-folder.mjs'

// vfs and chroot need nothing of the kernel, so an image is built and run where no container engine can be.
const STORAGE = [
  ['--storage-driver', 'vfs'],
  ['--root', join(cacheFolder(), 'storage')],
  ['--runroot', join(cacheFolder(), 'run')],
].flat()

/** @param {readonly string[]} args */
export function buildahArguments(...args) {
  return [...STORAGE, ...args]
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<string>} what buildah printed, trimmed.
 */
export async function buildah(...args) {
  return (await run('buildah', buildahArguments(...args))).trim()
}
