using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weft.Console.Graph;

namespace Weft.Api.Graph;

/// <summary>A graph as the bytes of its answer.</summary>
internal static class GraphJson
{
    public static byte[] Write(TrafficGraph graph) => JsonSerializer.SerializeToUtf8Bytes(graph.ToDto(), ApiJsonContext.Default.GraphDto);
}

/// <summary>Answers with a graph. Viewers of the same graph share its bytes, which live as long as it does.</summary>
internal sealed class GraphAnswer(TrafficGraph graph) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var answers = (GraphAnswers)httpContext.RequestServices.GetService(typeof(GraphAnswers))!;
        var bytes = answers.Of(graph);
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = bytes.Length;
        await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}

/// <summary>The bytes of graphs that are in use.</summary>
internal sealed class GraphAnswers
{
    private readonly ConditionalWeakTable<TrafficGraph, Lazy<byte[]>> _bytes = [];

    public byte[] Of(TrafficGraph graph) => _bytes.GetValue(graph, static graph => new Lazy<byte[]>(() => GraphJson.Write(graph))).Value;
}
