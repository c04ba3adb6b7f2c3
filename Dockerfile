# One image for the API and both workers; the command chooses (see docker-compose.yml).
FROM node:24-bookworm-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build-native.mjs scripts/
COPY native native
RUN node scripts/build-native.mjs
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workers workers
RUN npx tsc -p tsconfig.build.json
COPY dashboard dashboard
COPY scripts/process scripts/process
COPY scripts/setup scripts/setup
RUN node -e "import('./scripts/setup/dashboard.mjs').then(({ ensureDashboard }) => ensureDashboard())"
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# tini reaps zombies and passes signals on, so that a container stops as soon as its process has shut down.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json ./
COPY clients clients
COPY datasets datasets
COPY openapi openapi
COPY src/redis/scripts src/redis/scripts
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/native/build native/build
COPY --from=build /app/dist dist
COPY --from=build /app/dashboard/build dashboard/build
USER node
EXPOSE 7400
# For the API, the default command; compose turns it off for the workers, which serve no HTTP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HONE_PORT || 7400}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node"]
CMD ["dist/src/server.js"]
