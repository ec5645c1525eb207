using Weft.Demos.Guestbook.Frontend;
using Weft.Demos.Guestbook.Redis;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook;

/// <summary>The Guestbook, re-implemented: image repositories, under the names that registries have had for them, and what runs for them.</summary>
internal static class GuestbookDemo
{
    public static IReadOnlyDictionary<string, Func<IDemoWorkload>> Images { get; } = new Dictionary<string, Func<IDemoWorkload>>
    {
        ["gcr.io/google-samples/gb-frontend"] = static () => new FrontendService("v1"),
        ["gcr.io/google_samples/gb-frontend"] = static () => new FrontendService("v1"),
        ["wshihadeh/guestbook"] = static () => new FrontendService("v2"),
        ["k8s.gcr.io/redis"] = static () => RedisServer.Master(),
        ["registry.k8s.io/redis"] = static () => RedisServer.Master(),
        ["gcr.io/google-samples/gb-redisslave"] = static () => RedisServer.Replica(),
        ["gcr.io/google_samples/gb-redisslave"] = static () => RedisServer.Replica(),
    };
}
