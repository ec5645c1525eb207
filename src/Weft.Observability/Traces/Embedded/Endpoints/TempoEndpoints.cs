using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Observability.Traces.Otlp;
using Weft.Observability.Traces.TraceQL;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>Tempo's query API, as Grafana and Kiali use it: search by TraceQL or by tags, traces, names and values of tags.</summary>
internal sealed class TempoEndpoints(TraceStore store, TimeProvider time)
{
    private const string Protobuf = "application/protobuf";

    public void Map(IEndpointRouteBuilder routes)
    {
        Map("/api/search", SearchAsync);
        Map("/api/search/tags", TagNamesAsync);
        Map("/api/search/tag/{tag}/values", TagValuesAsync);
        Map("/api/traces/{id}", (context) => TraceAsync(context, version: 1));
        Map("/api/v2/traces/{id}", (context) => TraceAsync(context, version: 2));
        Map("/api/v2/search/tags", ScopedTagNamesAsync);
        Map("/api/v2/search/tag/{tag}/values", TypedTagValuesAsync);
        Map("/api/status/buildinfo", BuildInfoAsync);
        Map("/status/buildinfo", BuildInfoAsync);
        routes.MapGet("/api/echo", static context => context.Response.WriteAsync("echo", context.RequestAborted));
        routes.MapGet("/ready", static context => context.Response.WriteAsync("ready\n", context.RequestAborted));

        void Map(string path, Func<HttpContext, Task> answer) => routes.MapGet(path, context => AnswerAsync(context, answer));
    }

    // The one place where failures become answers: Tempo's are plain text.
    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (TraceQLException failure)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, $"invalid TraceQL query: {failure.Message}");
        }
        catch (TempoRequestException failure)
        {
            await FailAsync(context, failure.Status, failure.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
    }

    private static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    private Task SearchAsync(HttpContext context)
    {
        var request = TempoRequest.Read(context.Request.Query, time.GetUtcNow());
        var found = new List<(Trace Trace, TraceQLEvaluator Evaluator, IReadOnlyList<Span> Matched)>();
        var candidates = store.Between(request.Start, request.End);
        foreach (var candidate in candidates)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            if (found.Count >= request.Limit)
                break;
            var trace = candidate.ToTrace();
            if (!request.Takes(trace.Duration))
                continue;
            var evaluator = new TraceQLEvaluator(trace);
            var matched = evaluator.Match(request.Query);
            if (!matched.IsEmpty)
                found.Add((trace, evaluator, matched));
        }

        return TempoJson.WriteAsync(context, json =>
        {
            json.WriteStartArray("traces");
            foreach (var (trace, evaluator, matched) in found)
                TempoJson.WriteFound(json, trace, evaluator, matched, request);
            json.WriteEndArray();
            json.WriteStartObject("metrics");
            json.WriteNumber("inspectedTraces", candidates.Count);
            json.WriteNumber("completedJobs", 1);
            json.WriteNumber("totalJobs", 1);
            json.WriteEndObject();
        });
    }

    private async Task TraceAsync(HttpContext context, int version)
    {
        if (!TraceId.TryParse((string)context.Request.RouteValues["id"]!, out var id))
            throw new TempoRequestException(StatusCodes.Status400BadRequest, "trace IDs can only contain hex characters: at most 32");
        var trace = store.Get(id) ?? throw new TempoRequestException(StatusCodes.Status404NotFound, "trace not found");
        var data = OtlpWriter.Write(trace);
        if (context.Request.Headers.Accept.ToString().Contains(Protobuf, StringComparison.Ordinal))
        {
            context.Response.ContentType = Protobuf;
            // Version 2 wraps: message TraceByIDResponse { Trace trace = 1; }.
            IMessage message = version == 1 ? data : new TraceByIdResponse { Trace = data };
            await context.Response.BodyWriter.WriteAsync(message.ToByteArray(), context.RequestAborted);
            return;
        }

        await TempoJson.WriteAsync(context, json => WriteTrace(json, data, version));
    }

    private static void WriteTrace(Utf8JsonWriter json, TracesData data, int version)
    {
        if (version == 1)
        {
            json.WritePropertyName("batches");
            OtlpJsonWriter.WriteResources(json, data);
            return;
        }

        json.WriteStartObject("trace");
        json.WritePropertyName("resourceSpans");
        OtlpJsonWriter.WriteResources(json, data);
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        json.WriteEndObject();
    }

    private Task TagNamesAsync(HttpContext context)
    {
        var tags = Tags(context);
        var names = tags.Names(AttributeScope.Resource).Concat(tags.Names(AttributeScope.Span)).Concat(Intrinsics.Names).Distinct().Order(StringComparer.Ordinal).ToArray();
        return TempoJson.WriteAsync(context, json => TempoJson.WriteStrings(json, "tagNames", names));
    }

    private Task ScopedTagNamesAsync(HttpContext context)
    {
        var tags = Tags(context);
        var wanted = context.Request.Query["scope"].ToString();
        (string Name, IReadOnlyList<string> Tags)[] scopes =
        [
            ("span", tags.Names(AttributeScope.Span)),
            ("resource", tags.Names(AttributeScope.Resource)),
            ("intrinsic", Intrinsics.Names),
        ];
        if (wanted.Length > 0 && wanted != "none" && !scopes.Any(scope => scope.Name == wanted))
            throw new TempoRequestException(StatusCodes.Status400BadRequest, $"invalid scope: {wanted}");
        return TempoJson.WriteAsync(context, json =>
        {
            json.WriteStartArray("scopes");
            foreach (var scope in scopes.Where(scope => wanted.Length == 0 || wanted == "none" || scope.Name == wanted))
            {
                json.WriteStartObject();
                json.WriteString("name", scope.Name);
                TempoJson.WriteStrings(json, "tags", scope.Tags);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private Task TagValuesAsync(HttpContext context)
    {
        // The first version knows no scopes: the name may belong to a span, a resource or be an intrinsic.
        var name = (string)context.Request.RouteValues["tag"]!;
        var attribute = Intrinsics.Find(name) is { } intrinsic ? new AttributeName(AttributeScope.Intrinsic, intrinsic) : new AttributeName(AttributeScope.Either, name);
        var values = Tags(context).Values(attribute).Select(TempoJson.Text).Distinct().Order(StringComparer.Ordinal).ToArray();
        return TempoJson.WriteAsync(context, json => TempoJson.WriteStrings(json, "tagValues", values));
    }

    private Task TypedTagValuesAsync(HttpContext context)
    {
        var values = Tags(context).Values(TempoRequest.Attribute((string)context.Request.RouteValues["tag"]!));
        return TempoJson.WriteAsync(context, json =>
        {
            json.WriteStartArray("tagValues");
            foreach (var value in values.OrderBy(static value => value.Type).ThenBy(TempoJson.Text, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("type", TempoJson.TypeName(value.Type));
                json.WriteString("value", TempoJson.Text(value));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private KnownTags Tags(HttpContext context)
    {
        var request = TempoRequest.Read(context.Request.Query, time.GetUtcNow());
        return new KnownTags(store.Between(request.Start, request.End), request.Query, context.RequestAborted);
    }

    private static Task BuildInfoAsync(HttpContext context) => TempoJson.WriteAsync(context, static json =>
    {
        // A version of Tempo, since clients choose by it: the one whose API this is.
        json.WriteString("version", "2.6.1");
        json.WriteString("revision", "weft");
        json.WriteString("branch", "HEAD");
        json.WriteString("buildUser", "");
        json.WriteString("buildDate", "");
        json.WriteString("goVersion", "");
    });
}
