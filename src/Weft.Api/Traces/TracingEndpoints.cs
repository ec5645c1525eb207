using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;
using Weft.Console;
using Weft.Console.Traces;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Api.Traces;

/// <summary>Which tracing backend there is, whether it answers, and a trial of another one.</summary>
internal static class TracingEndpoints
{
    // As Kiali's tempo_config: a fact of our client too.
    private static readonly TracingCacheDto Cache = new(200, true);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tracing", Describe);
        api.MapGet("/tracing/diagnose", DiagnoseAsync);
        api.MapPost("/tracing/diagnose", CheckAsync);
        api.MapPost("/tracing/check", CheckAsync);
    }

    private static JsonHttpResult<TracingDto> Describe(WeftConsole console)
    {
        var tracing = console.Traces.Options;
        var dto = tracing is null
            ? new TracingDto(false, false, "", "", Cache, "", false, false, [])
            : new TracingDto(
                true, true, Text(tracing.InternalUrl), tracing.Source.Provider, Cache, Text(tracing.ExternalUrl), tracing.NamespaceSelector, false, [.. tracing.WhiteListIstioSystem]);
        return TypedResults.Json(dto, TracingJsonContext.Default.TracingDto);
    }

    private static async Task<JsonHttpResult<DiagnosisDto>> DiagnoseAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        if (console.Traces.Options is not { } tracing)
        {
            return TypedResults.Json(new DiagnosisDto(0, TraceService.NotEnabled, [], []), TracingJsonContext.Default.DiagnosisDto);
        }

        var steps = await TracingDiagnosis.RunAsync(tracing, console.Time, cancellationToken);
        ImmutableArray<FoundBackend> found = [new(tracing.Source.Provider, tracing.InternalUrl)];
        if (!steps[^1].Result.StartsWith("[Ok]", StringComparison.Ordinal))
        {
            using var http = new HttpClient();
            var (more, others) = await new TracingDiscovery(http, console.Time, TracingDiscovery.UsualPorts).FindAsync(tracing.InternalUrl, cancellationToken);
            (steps, found) = (steps.AddRange(more), others);
        }

        return TypedResults.Json(
            new DiagnosisDto(
                0,
                "",
                [.. steps.Select(step => new DiagnosisStepDto(step.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), step.Test, step.Result))],
                [.. found.Select(backend => new DiagnosisConfigDto(backend.Provider, Text(backend.Url)))]),
            TracingJsonContext.Default.DiagnosisDto);
    }

    /// <summary>Tries the configuration in the body. The server is made to call an address: whoever configures view-only mode forbids that too. Of what is answered there nothing is told.</summary>
    private static async Task<JsonHttpResult<CheckDto>> CheckAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        if (console.Options.Settings.Server.ViewOnly)
        {
            throw ApiException.Forbidden("The console is in view-only mode.");
        }

        var (provider, url) = await ReadCheckAsync(context, cancellationToken);
        using var http = new HttpClient();
        var options = new TraceClientOptions { Endpoint = url, Timeout = TimeSpan.FromSeconds(5), MaxResponseSize = 4 * 1024 * 1024 };
        ITraceSource source = provider == "tempo" ? new TempoClient(http, options, console.Time) : new JaegerClient(http, options, console.Time);
        var failure = await TracingDiagnosis.ProbeAsync(source, cancellationToken);
        var dto = failure is null ? new CheckDto("", $"Success: {Text(url)} answers as {provider} does.") : new CheckDto($"Error getting service status: [{failure}]. ", "");
        return TypedResults.Json(dto, TracingJsonContext.Default.CheckDto);
    }

    private static async Task<(string Provider, Uri Url)> ReadCheckAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, cancellationToken);
            var provider = Field(body.RootElement, "provider") ?? "jaeger";
            var url = Field(body.RootElement, "internal_url") ?? Field(body.RootElement, "internalURL") ?? "";
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw ApiException.BadRequest($"internal_url: '{url}' is no http or https address");
            }

            return provider is "jaeger" or "tempo" ? (provider, address) : throw ApiException.BadRequest($"provider: '{provider}' is neither jaeger nor tempo");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"the body is no tracing configuration: {failure.Message}");
        }
    }

    private static string? Field(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Text(Uri? url) => url?.AbsoluteUri.TrimEnd('/') ?? "";
}
