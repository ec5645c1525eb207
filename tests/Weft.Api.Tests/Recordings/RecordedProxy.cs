using Weft.Console.Proxies;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Recordings;

/// <summary>Every proxy of the recorded cluster: one configuration dump, and a log level that can be set.</summary>
internal sealed class RecordedProxy : IPodHttp
{
    public Task<byte[]> GetAsync(Pod pod, int port, string path, CancellationToken cancellationToken) =>
        (port, path) is (IPodHttp.ProxyAdminPort, "/config_dump") ? Task.FromResult(Recording.Bytes("envoy-config-dump.json")) : throw new PodHttpException($"no such page: {path}");

    public Task PostAsync(Pod pod, int port, string path, CancellationToken cancellationToken) =>
        path.StartsWith("/logging?level=", StringComparison.Ordinal) ? Task.CompletedTask : throw new PodHttpException($"no such page: {path}");
}
