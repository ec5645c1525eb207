using System.Text.Json;
using Weft.Console.Graph;

namespace Weft.Api.Graph;

/// <summary>A graph as the bytes of its answer.</summary>
internal static class GraphJson
{
    public static byte[] Write(TrafficGraph graph) => JsonSerializer.SerializeToUtf8Bytes(graph.ToDto(), ApiJsonContext.Default.GraphDto);
}
