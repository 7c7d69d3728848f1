# The page, the HTTP API and MCP over HTTP, or a worker, on a CPU, with the embedded model. docker build -t dragflow .
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
# The client for S3 is an optional package: here it stays, for workers and servers that share a bucket.
RUN npm run build \
  && npm pkg delete 'devDependencies.@aws-sdk/client-s3' && npm pkg set 'dependencies.@aws-sdk/client-s3=^3.1000.0' \
  && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production DRAGFLOW_HOME=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/models ./models
COPY --from=build /app/prompts ./prompts
COPY --from=build /app/schema ./schema
COPY --from=build /app/examples ./examples
RUN mkdir /data /blobs && chown node:node /data /blobs
USER node
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD node -e "fetch('http://127.0.0.1:7860/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# Beyond the container's own loopback a token is needed: DRAGFLOW_TOKEN. A worker is the same image: docker run dragflow worker
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["serve", "--host", "0.0.0.0"]
