using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Access;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Api.Pods;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Console.Logs;
using Weft.Console.Settings;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Logs;

/// <summary>Logs of a pod's containers, written while they are read: however long they are, they are never held.</summary>
internal static class LogEndpoints
{
    private const int FlushedAt = 32 * 1024;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/namespaces/{ns}/pods/{pod}/logs", StreamAsync).Reads("container", "sinceTime", "duration", "maxLines", "tailLines", "previous", "logType", "service", "clusterName").Needs(NeededRight.ReadLogs).Writes(typeof(LogBody));

    private static async Task StreamAsync(WeftConsole console, HttpContext context, string ns, string pod, CancellationToken cancellationToken)
    {
        if (console.Options.Settings.Features.DisabledFeatures.Contains(FeatureSettings.LogsTab))
        {
            throw ApiException.Forbidden("Logs are switched off by the configuration (kiali_feature_flags.disabled_features: logs-tab).");
        }

        var found = PodEndpoints.Find(console, context.Request, ns, pod);
        var request = Parse(context.Request.Query, found);
        var sources = SourcesOf(console.Inventory.Current, context.Request.Query, found, request);
        await using var entries = ReadAsync(console, sources, cancellationToken).GetAsyncEnumerator(cancellationToken);
        // What fails before the first line is still an error with a status.
        var isThere = await entries.MoveNextAsync();
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("entries"u8);
        var count = 0;
        while (isThere && count != request.MaxLines)
        {
            LogJson.Write(json, entries.Current);
            count++;
            if (json.BytesPending >= FlushedAt)
            {
                await json.FlushAsync(cancellationToken);
                await context.Response.BodyWriter.FlushAsync(cancellationToken);
            }

            isThere = await entries.MoveNextAsync();
        }

        json.WriteEndArray();
        if (isThere)
        {
            json.WriteBoolean("linesTruncated"u8, true);
        }

        json.WriteEndObject();
    }

    private static ImmutableArray<LogRequest> SourcesOf(MeshInventory mesh, IQueryCollection query, Pod pod, LogRequest request) => query.First("logType") switch
    {
        "ztunnel" => AmbientLogs.OfZtunnels(mesh, pod, request),
        "waypoint" => AmbientLogs.OfWaypoints(mesh, pod, query.First("service") is { Length: > 0 } service ? service : null, request),
        _ => [request],
    };

    private static async IAsyncEnumerable<LogEntry> ReadAsync(WeftConsole console, ImmutableArray<LogRequest> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            await foreach (var entry in console.Logs.ReadAsync(source, cancellationToken))
            {
                yield return entry;
            }
        }
    }

    private static LogRequest Parse(IQueryCollection query, Pod pod)
    {
        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers).Select(container => container.Name).ToList();
        var container = query.First("container") is { Length: > 0 } given ? given : containers.FirstOrDefault() ?? "";
        if (!containers.Contains(container))
        {
            throw ApiException.BadRequest($"container {container} is not valid for pod {pod.Metadata.Name}");
        }

        return new LogRequest
        {
            Namespace = pod.Metadata.Namespace ?? "",
            Pod = pod.Metadata.Name,
            Container = container,
            Since = Number(query, "sinceTime") is { } since ? DateTimeOffset.FromUnixTimeSeconds(since) : null,
            Duration = DurationOf(query),
            MaxLines = (int?)Number(query, "maxLines"),
            TailLines = (int?)Number(query, "tailLines"),
            Previous = NamespaceQuery.Flag(query, "previous", false),
            IsProxy = query.First("logType") == "proxy",
        };
    }

    private static TimeSpan? DurationOf(IQueryCollection query) => query.First("duration") switch
    {
        "" => null,
        var text when PromDuration.TryParse(text, out var duration) => duration,
        var text => throw ApiException.BadRequest($"invalid duration [{text}]"),
    };

    private static long? Number(IQueryCollection query, string name) => query.First(name) switch
    {
        "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= (name == "sinceTime" ? UnixSeconds.Max : int.MaxValue) => number,
        var text => throw ApiException.BadRequest($"invalid {name} [{text}]"),
    };
}
