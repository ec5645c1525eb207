using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Weft.Observability.Traces.Jaeger;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>Jaeger's query API over HTTP, version 1.76, with its envelope <c>{data, total, limit, offset, errors}</c> and its errors.</summary>
internal sealed class JaegerEndpoints(TraceStore store, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes, string basePath)
    {
        MapAt(routes);
        if (basePath.Length > 0)
            MapAt(routes.MapGroup(basePath));
    }

    private void MapAt(IEndpointRouteBuilder routes)
    {
        Map("/api/services", ServicesAsync);
        Map("/api/services/{service}/operations", OperationNamesAsync);
        Map("/api/operations", OperationsAsync);
        Map("/api/traces", TracesAsync);
        Map("/api/traces/{id}", TraceAsync);
        Map("/api/dependencies", DependenciesAsync);

        void Map(string path, Func<HttpContext, Task> answer) => routes.MapGet(path, context => AnswerAsync(context, answer));
    }

    // The one place where failures become answers.
    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (JaegerRequestException failure)
        {
            await JaegerEnvelope.FailAsync(context, failure.Status, failure.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
    }

    private Task ServicesAsync(HttpContext context)
    {
        var services = store.Services();
        return JaegerEnvelope.WriteAsync(context, services, static (json, service) => json.WriteStringValue(service), services.Length);
    }

    private Task OperationNamesAsync(HttpContext context)
    {
        var names = store.Operations((string)context.Request.RouteValues["service"]!).Select(static operation => operation.Name).Distinct().ToImmutableArray();
        return JaegerEnvelope.WriteAsync(context, names, static (json, name) => json.WriteStringValue(name), names.Length);
    }

    private Task OperationsAsync(HttpContext context)
    {
        var service = JaegerRequest.Service(context.Request.Query);
        var kind = context.Request.Query["spanKind"].ToString();
        var operations = store.Operations(service).Where(operation => kind.Length == 0 || operation.Kind == kind).ToImmutableArray();
        return JaegerEnvelope.WriteAsync(context, operations, WriteOperation, operations.Length);
    }

    private static void WriteOperation(Utf8JsonWriter json, (string Name, string Kind) operation)
    {
        json.WriteStartObject();
        json.WriteString("name", operation.Name);
        json.WriteString("spanKind", operation.Kind);
        json.WriteEndObject();
    }

    private Task TracesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var traces = query.ContainsKey("traceID") ? ById(query["traceID"]) : store.Find(JaegerRequest.Read(query, time.GetUtcNow()), context.RequestAborted);
        return JaegerEnvelope.WriteAsync(context, traces, WriteTrace, 0);
    }

    private ImmutableArray<Trace> ById(StringValues ids) =>
        [.. ids.Select(static id => JaegerRequest.Id(id ?? "")).Select(store.Get).OfType<Trace>()];

    private Task TraceAsync(HttpContext context)
    {
        var trace = store.Get(JaegerRequest.Id((string)context.Request.RouteValues["id"]!));
        return trace is null
            ? JaegerEnvelope.FailAsync(context, StatusCodes.Status404NotFound, "trace not found")
            : JaegerEnvelope.WriteAsync(context, [trace], WriteTrace, 0);
    }

    private static void WriteTrace(Utf8JsonWriter json, Trace trace) => JaegerJson.WriteTrace(json, ClockSkew.Warned(trace));

    private Task DependenciesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var end = JaegerRequest.Milliseconds(query, "endTs", time.GetUtcNow());
        var lookback = JaegerRequest.Lookback(query);
        var links = ServiceDependencies.Of(store.Between(end - lookback, end));
        return JaegerEnvelope.WriteAsync(context, links, WriteLink, 0);
    }

    private static void WriteLink(Utf8JsonWriter json, ServiceDependency link)
    {
        json.WriteStartObject();
        json.WriteString("parent", link.Parent);
        json.WriteString("child", link.Child);
        json.WriteNumber("callCount", link.Calls);
        json.WriteEndObject();
    }
}
