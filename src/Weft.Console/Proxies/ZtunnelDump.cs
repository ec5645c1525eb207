using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>A ztunnel's <c>/config_dump</c>: services, workloads, policies and certificates, as it says them itself.</summary>
public static class ZtunnelDump
{
    /// <summary>Throws <see cref="PodHttpException"/> for what is no dump.</summary>
    public static JsonObject Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new PodHttpException("the ztunnel's answer is no configuration dump");
        }
        catch (JsonException failure)
        {
            throw new PodHttpException($"the ztunnel's configuration dump cannot be read: {failure.Message}", failure);
        }
    }
}
