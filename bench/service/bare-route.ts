/** A process with one fastify route and nothing else: what any answer of this size costs. */
import Fastify from 'fastify'

const answer = JSON.parse(process.argv[2]!)
const app = Fastify()
app.get('/v1/studies/:study', async () => answer)
process.send!({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
