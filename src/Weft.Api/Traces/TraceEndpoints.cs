using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Traces;
using Weft.Observability.Traces;

namespace Weft.Api.Traces;

/// <summary>
/// Traces and spans of applications, services and workloads, and single traces, in Jaeger's JSON whatever the backend is. A backend that
/// does not answer leaves an answer without traces that says so in <c>errors</c>.
/// </summary>
internal static class TraceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapOf("apps", static (traces, ns, name, request, cancellationToken) => traces.OfAppAsync(ns, name, request, cancellationToken));
        MapOf("services", static (traces, ns, name, request, cancellationToken) => traces.OfServiceAsync(ns, name, request, cancellationToken));
        MapOf("workloads", static (traces, ns, name, request, cancellationToken) => traces.OfWorkloadAsync(ns, name, request, cancellationToken));
        api.MapGet("/namespaces/{ns}/apps/{app}/errortraces", ErrorTracesAsync).Reads("duration", "clusterName");
        api.MapGet("/traces/{traceId}", TraceAsync).Reads("clusterName").Writes(typeof(TraceBody));

        void MapOf(string kind, Finder find)
        {
            api.MapGet($"/namespaces/{{ns}}/{kind}/{{name}}/traces", (WeftConsole console, HttpContext context, string ns, string name, CancellationToken cancellationToken) =>
                TracesAsync(console, context, ns, name, find, cancellationToken)).Reads(QueryParameters.Traces).Writes(typeof(TracesBody));
            api.MapGet($"/namespaces/{{ns}}/{kind}/{{name}}/spans", (WeftConsole console, HttpContext context, string ns, string name, CancellationToken cancellationToken) =>
                SpansAsync(console, context, ns, name, find, cancellationToken)).Reads(QueryParameters.Traces).Writes(typeof(JsonObject[]));
        }
    }

    private delegate Task<FoundTraces> Finder(TraceService traces, string ns, string name, TraceRequest request, CancellationToken cancellationToken);

    private static async Task<TraceJson> TracesAsync(WeftConsole console, HttpContext context, string ns, string name, Finder find, CancellationToken cancellationToken)
    {
        var found = await FindAsync(console, context, ns, name, find, cancellationToken);
        return new TraceJson(json => TraceMapping.WriteTraces(json, found));
    }

    private static async Task<TraceJson> SpansAsync(WeftConsole console, HttpContext context, string ns, string name, Finder find, CancellationToken cancellationToken)
    {
        var found = await FindAsync(console, context, ns, name, find, cancellationToken);
        return new TraceJson(json => TraceMapping.WriteSpans(json, found));
    }

    private static async Task<FoundTraces> FindAsync(WeftConsole console, HttpContext context, string ns, string name, Finder find, CancellationToken cancellationToken)
    {
        var found = await find(console.Traces, ns, name, TraceRequestParser.Read(context.Request.Query, console.Time.GetUtcNow()), cancellationToken);
        MarkFailure(context, found.Failure);
        return found;
    }

    private static async Task<TraceJson> ErrorTracesAsync(WeftConsole console, HttpContext context, string ns, string app, CancellationToken cancellationToken)
    {
        var duration = TraceRequestParser.ErrorWindow(context.Request.Query);
        var found = await console.Traces.ErrorsOfAppAsync(ns, app, duration, cancellationToken);
        // A number has no place for an error, and zero would say that all is well.
        return found.Failure is { } failure ? throw new ApiException(StatusCodes.Status503ServiceUnavailable, failure) : new TraceJson(json => json.WriteNumberValue(found.Traces.Length));
    }

    private static async Task<TraceJson> TraceAsync(WeftConsole console, HttpContext context, string traceId, CancellationToken cancellationToken)
    {
        if (!TraceId.TryParse(traceId, out var id))
        {
            throw ApiException.BadRequest("Invalid trace ID format");
        }

        var found = await console.Traces.GetAsync(id, cancellationToken);
        MarkFailure(context, found.Failure);
        return new TraceJson(json => TraceMapping.WriteTrace(json, found));
    }

    private static void MarkFailure(HttpContext context, string? failure)
    {
        if (failure is not null)
        {
            HealthRequest.MarkDegraded(context, "traces", failure);
        }
    }
}
