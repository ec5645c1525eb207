using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Answers;
using Weft.Api.Description;
using Weft.Console;
using Weft.Console.Graph;

namespace Weft.Api.Graph;

/// <summary>Traffic graphs: of namespaces, and around one app, service, workload or aggregate.</summary>
internal static class GraphEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces/graph", NamespacesAsync).Reads([.. QueryParameters.Graphs, "namespaces"]);
        api.MapGet("/namespaces/{ns}/applications/{app}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string app, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.App, ns, app), cancellationToken)).Reads(QueryParameters.Graphs);
        api.MapGet("/namespaces/{ns}/applications/{app}/versions/{version}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string app, string version, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.App, ns, app) { Version = version }, cancellationToken)).Reads(QueryParameters.Graphs);
        api.MapGet("/namespaces/{ns}/services/{service}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string service, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.Service, ns, service), cancellationToken)).Reads(QueryParameters.Graphs);
        api.MapGet("/namespaces/{ns}/workloads/{workload}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string workload, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.Workload, ns, workload), cancellationToken)).Reads(QueryParameters.Graphs);
        api.MapGet("/namespaces/{ns}/aggregates/{aggregate}/{value}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string aggregate, string value, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.Aggregate, ns, aggregate) { AggregateValue = value }, cancellationToken)).Reads(QueryParameters.Graphs);
        api.MapGet("/namespaces/{ns}/aggregates/{aggregate}/{value}/{service}/graph", (WeftConsole console, SharedAnswers answers, HttpRequest request, string ns, string aggregate, string value, string service, CancellationToken cancellationToken) =>
            NodeAsync(console, answers, request, new GraphFocus(FocusKind.Aggregate, ns, aggregate) { AggregateValue = value, Service = service }, cancellationToken)).Reads(QueryParameters.Graphs);
    }

    private static Task<SharedAnswer<GraphDto>> NamespacesAsync(WeftConsole console, SharedAnswers answers, HttpRequest request, CancellationToken cancellationToken) =>
        AnswerAsync(console, answers, GraphQueryParser.ForNamespaces(request.Query, console.Inventory.Current, console.Time.GetUtcNow()), cancellationToken);

    private static Task<SharedAnswer<GraphDto>> NodeAsync(WeftConsole console, SharedAnswers answers, HttpRequest request, GraphFocus focus, CancellationToken cancellationToken) =>
        AnswerAsync(console, answers, GraphQueryParser.ForNode(request.Query, focus, console.Inventory.Current, console.Time.GetUtcNow()), cancellationToken);

    private static async Task<SharedAnswer<GraphDto>> AnswerAsync(WeftConsole console, SharedAnswers answers, GraphOptions options, CancellationToken cancellationToken)
    {
        var graph = await console.Graphs.RunAsync(options, cancellationToken);
        return answers.Of<GraphDto>(graph, "", Write);

        byte[] Write()
        {
            var started = console.Time.GetTimestamp();
            var bytes = GraphJson.Write(graph);
            console.Diagnostics.Marshalled(GraphMapping.NameOf(graph.GraphType), console.Time.GetElapsedTime(started));
            return bytes;
        }
    }
}
