// Builds what is in native/, a file on each core, no package needed but the headers in node_modules. Only what is older
// than its source or than any header is compiled again.
//   node scripts/build-native.mjs                     native/build/hone.node, unless it is newer than every source
//   node scripts/build-native.mjs --bench             native/build/engine_bench, for bench/engine
//   node scripts/build-native.mjs --test              builds and runs the C++ tests
//   node scripts/build-native.mjs --test --sanitize   the same with the address and undefined-behaviour sanitizers
//   node scripts/build-native.mjs --test --threads    the same with the thread sanitizer
//   node scripts/build-native.mjs --test --arch aarch64   the same for another CPU, under its emulator
//   node scripts/build-native.mjs --fuzz --seconds 60     feeds the checkpoints' reader whatever libFuzzer thinks of
// CXX names the compiler; otherwise the first of g++, c++, clang++ that is there.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const SCRIPT = fileURLToPath(import.meta.url)
const PROJECT = dirname(dirname(SCRIPT))
const NATIVE = join(PROJECT, 'native')
const BUILD = join(NATIVE, 'build')

// No -ffast-math, which would lose the NaN of a diverged training, and no -march=native: the machine that builds is
// not the one that runs. The two -fno change no result; they let loops with sqrt or a comparison be vectorized. No
// contraction: where a product and a sum are rounded once is for the code to say, not for the optimizer.
const FLAGS = [
  '-std=c++20',
  '-O3',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-ffp-contract=off',
  '-pthread',
  '-Wall',
  '-Wextra',
]
// ALL: no C++ exception leaves the addon. SWALLOW: what cannot be thrown because the environment is going away is dropped.
const ADDON_FLAGS = [
  '-fPIC',
  '-shared',
  '-fvisibility=hidden',
  '-DNAPI_VERSION=8',
  '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL',
  '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
]
const TEST_FLAGS = ['-g', '-Werror']
// GCC sees uninitialized members where sanitizers keep it from seeing that they are not used; the plain build warns. Lines
// are all that their messages tell: where the variables of unrolled products are, it would look for in vain for minutes.
const SANITIZED_FLAGS = [
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-Wno-maybe-uninitialized',
  '-g1',
]
const SANITIZERS = {
  '--sanitize': { program: 'mlp_test_sanitized', checks: '-fsanitize=address,undefined' },
  '--threads': { program: 'mlp_test_threads', checks: '-fsanitize=thread' },
}

const FUZZ_FLAGS = [
  '-g',
  '-DMLP_REFERENCE_ONLY',
  '-fsanitize=fuzzer,address,undefined',
  '-fno-sanitize-recover=all',
]
// Static, so that the emulator needs none of the other system's libraries.
const CROSS = {
  aarch64: {
    host: 'arm64',
    compiler: 'aarch64-linux-gnu-g++',
    emulators: ['qemu-aarch64', 'qemu-aarch64-static'],
    flags: ['-static'],
    packages: 'g++-aarch64-linux-gnu qemu-user',
  },
}

try {
  const { values } = parseArgs({
    options: {
      test: { type: 'boolean' },
      sanitize: { type: 'boolean' },
      threads: { type: 'boolean' },
      bench: { type: 'boolean' },
      arch: { type: 'string' },
      fuzz: { type: 'boolean' },
      seconds: { type: 'string', default: '60' },
    },
  })
  if (values.bench) await buildBench()
  else if (values.fuzz) await fuzz(values.seconds)
  else if (values.arch !== undefined) await testOn(values.arch)
  else if (values.test) await test(Object.keys(SANITIZERS).find((name) => values[name.slice(2)]))
  else await buildAddon()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function buildAddon() {
  const sources = [...filesIn('src', '.cc'), ...filesIn('binding', '.cc')]
  // System headers, so that warnings in them are not ours.
  const includes = ['node-api-headers/include', 'node-addon-api'].flatMap((folder) => {
    const path = join(PROJECT, 'node_modules', folder)
    if (!exists(path)) throw new Error(`${relative(PROJECT, path)} is missing: run npm ci first.`)
    return ['-isystem', path]
  })
  await build(join(BUILD, 'hone.node'), sources, [...ADDON_FLAGS, ...includes])
}

/** The engine without Node, so that a training's own time can be taken. */
async function buildBench() {
  const folder = join(PROJECT, 'bench', 'engine', 'native')
  await build(join(BUILD, 'engine_bench'), [...filesIn('src', '.cc'), join(folder, 'main.cc')], ['-Werror'])
}

async function test(option) {
  const sanitizer = option && SANITIZERS[option]
  const flags = sanitizer ? [sanitizer.checks, ...SANITIZED_FLAGS] : []
  if (sanitizer && !canSanitize(flags)) {
    console.log(`Skipped: ${findCompiler()} has no sanitizers here.`)
    console.log('0 passed, 0 failed, 1 skipped')
    return
  }
  const sources = [...filesIn('src', '.cc'), ...filesIn('test', '.cc')]
  const program = join(BUILD, sanitizer?.program ?? 'mlp_test')
  await build(program, sources, [...TEST_FLAGS, ...flags])
  run(program)
  if (!sanitizer) checkLinkage(program)
}

/** The tests for another kind of CPU than this machine's; on a machine of that kind, those of every day. */
async function testOn(arch) {
  const cross = CROSS[arch]
  if (!cross) throw new Error(`--arch ${arch}: use one of ${Object.keys(CROSS).join(', ')}.`)
  if (process.arch === cross.host) return test()
  const emulator = cross.emulators.find(canRun)
  if (!canRun(cross.compiler) || !emulator) {
    console.log(`Skipped: ${emulator ? cross.compiler : cross.emulators[0]} is not here.`)
    console.log(`Debian, Ubuntu: apt-get install ${cross.packages}`)
    console.log('0 passed, 0 failed, 1 skipped')
    return
  }
  const sources = [...filesIn('src', '.cc'), ...filesIn('test', '.cc')]
  const program = join(BUILD, `mlp_test_${arch}`)
  await build(program, sources, [...TEST_FLAGS, ...cross.flags], cross.compiler)
  run(emulator, [program])
}

/** libFuzzer comes with clang. What it finds is kept from run to run; what breaks the reader lies beside it. */
async function fuzz(seconds) {
  const compiler = process.env.CXX ?? 'clang++'
  if (!canRun(compiler) || !canSanitize(['-fsanitize=fuzzer-no-link,address'], compiler)) {
    console.log(`Skipped: ${compiler} has no libFuzzer here. Debian, Ubuntu: apt-get install clang`)
    console.log('0 passed, 0 failed, 1 skipped')
    return
  }
  const engine = filesIn('src', '.cc').filter((name) => !name.includes('/linalg/'))
  const program = join(BUILD, 'checkpoint_fuzz')
  const corpus = join(BUILD, 'fuzz-corpus')
  await build(program, [...engine, ...filesIn('fuzz', '.cc')], FUZZ_FLAGS, compiler)
  mkdirSync(corpus, { recursive: true })
  const limits = [`-max_total_time=${seconds}`, '-timeout=10', '-max_len=16384', '-print_final_stats=1']
  run(program, [...limits, `-artifact_prefix=${join(BUILD, 'fuzz-')}`, corpus])
}

function run(program, args = []) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error('The native tests failed.')
}

/**
 * A weak symbol in a unit for wider CPUs may be linked in place of the same one elsewhere, and then stops the CPUs that
 * lack the instructions: such units must define none.
 */
function checkLinkage(program) {
  for (const source of filesIn('src', '.cc').filter((name) => /avx[^/]*\.cc$/.test(name))) {
    const { status, stdout } = spawnSync('nm', ['-C', objectOf(program, source)], { encoding: 'utf8' })
    const weak = status === 0 ? stdout.split('\n').filter((line) => / [WVu] /.test(line)) : []
    if (weak.length > 0) throw new Error(`${relative(PROJECT, source)} defines ${weak.join(', ')}.`)
  }
}

/** Compiles and links unless the product is newer than all it is made of. */
async function build(product, sources, flags, compiler = findCompiler()) {
  const headers = [
    ...filesIn('include', '.h'),
    ...filesIn('src', '.h'),
    ...filesIn('binding', '.h'),
    ...filesIn('test', '.h'),
  ]
  const common = [...headers, SCRIPT]
  if (isNewer(product, [...sources, ...common])) return
  const all = [...FLAGS, ...flags, '-I', join(NATIVE, 'include')]
  const stale = sources.filter((source) => !isNewer(objectOf(product, source), [source, ...common]))
  const compileNext = async () => {
    for (let source = stale.shift(); source; source = stale.shift())
      await make(compiler, [...all, '-c', source], objectOf(product, source))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext))
  await make(compiler, [...all, ...sources.map((source) => objectOf(product, source))], product)
}

function objectOf(product, source) {
  return join(`${product}.objects`, `${relative(PROJECT, source).replaceAll('/', '-')}.o`)
}

/** Puts a file in place whole or not at all, for another build may be under way. */
async function make(compiler, args, product) {
  mkdirSync(dirname(product), { recursive: true })
  const half = `${product}.${process.pid}`
  const child = spawn(compiler, [...args, '-o', half], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [status] = await once(child, 'close')
  if (status !== 0) {
    rmSync(half, { force: true })
    throw new Error(`${compiler} could not build ${relative(PROJECT, product)}; its messages are above.`)
  }
  renameSync(half, product)
}

/** Some compilers come without the sanitizers' libraries. */
function canSanitize(flags, compiler = findCompiler()) {
  const args = [...flags, '-x', 'c++', '-', '-o', '/dev/null']
  return (
    spawnSync(compiler, args, { input: 'int main() {}', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0
  )
}

function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ['g++', 'c++', 'clang++']
  const found = candidates.find(canRun)
  if (found) return found
  if (process.env.CXX)
    throw new Error(`CXX is ${process.env.CXX}, which does not run: name a C++20 compiler.`)
  throw new Error('There is no C++ compiler. Install g++ 10 or newer (Debian, Ubuntu: apt-get install g++).')
}

function canRun(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
}

function filesIn(folder, extension) {
  const path = join(NATIVE, folder)
  if (!exists(path)) return []
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(path, name))
}

function isNewer(product, inputs) {
  if (!exists(product)) return false
  const builtAt = statSync(product).mtimeMs
  return inputs.every((input) => statSync(input).mtimeMs < builtAt)
}

function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
