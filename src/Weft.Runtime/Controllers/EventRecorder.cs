using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>
/// Records Events about objects. The same thing said again raises the count of the Event that is there. Never makes the caller
/// wait: when the server is slow, the oldest unrecorded Events are dropped.
/// </summary>
internal sealed partial class EventRecorder(KubeClient client, TimeProvider time, ILogger logger)
{
    private const int Capacity = 1000;
    private const string Scheduler = "default-scheduler";
    private static readonly KubeResource<UntypedObject> SchedulerEvents = KubeResources.Untyped("events.k8s.io", "v1", "events", "Event", namespaced: true);
    private static readonly TimeSpan RepeatsWithin = TimeSpan.FromMinutes(10);

    private readonly Channel<Recorded> _pending =
        Channel.CreateBounded<Recorded>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ConcurrentDictionary<Recorded, Known> _known = new();

    /// <summary>Records one Event; <paramref name="component"/> is who says it, <paramref name="fieldPath"/> which part it is about.</summary>
    public void Record(IKubeObject about, EventDraft draft, string component, string? fieldPath = null)
    {
        var reference = new ObjectReference
        {
            ApiVersion = about.ApiVersion,
            Kind = about.Kind,
            Namespace = about.Metadata.Namespace,
            Name = about.Metadata.Name,
            Uid = about.Metadata.Uid,
            FieldPath = fieldPath,
        };
        _pending.Writer.TryWrite(new Recorded(reference, draft, component) { ResourceVersion = about.Metadata.ResourceVersion });
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var recorded in _pending.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await WriteAsync(recorded, cancellationToken);
            }
            catch (KubernetesApiException failure)
            {
                // The namespace may be going away; an Event is never worth a retry.
                LogDropped(recorded.Draft.Reason, recorded.About.Name, failure.Message);
            }
        }
    }

    private async Task WriteAsync(Recorded recorded, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(recorded, out var known) && now - known.Last < RepeatsWithin && await RepeatAsync(recorded, known, now, cancellationToken))
            return;
        Forget(now);
        var name = await CreateAsync(recorded, now, cancellationToken);
        _known[recorded] = new Known(name, 1, now);
    }

    private async Task<bool> RepeatAsync(Recorded recorded, Known known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var patch = KubePatch.Merge(new JsonObject
        {
            ["count"] = known.Count + 1,
            ["lastTimestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
        try
        {
            await Writer(recorded).PatchAsync(KubeResources.Events, NamespaceOf(recorded), known.Name, patch, cancellationToken);
            _known[recorded] = known with { Count = known.Count + 1, Last = now };
            return true;
        }
        catch (KubernetesApiException failure) when (failure.IsNotFound)
        {
            return false;
        }
    }

    private async Task<string> CreateAsync(Recorded recorded, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var metadata = new ObjectMeta { Name = $"{recorded.About.Name}.{(now - DateTimeOffset.UnixEpoch).Ticks * 100:x}", Namespace = NamespaceOf(recorded) };
        var about = recorded.About with { ResourceVersion = recorded.ResourceVersion };
        if (recorded.Component == Scheduler)
        {
            await Writer(recorded).CreateAsync(SchedulerEvents, NamespaceOf(recorded), Scheduled(recorded, metadata, about, now), cancellationToken);
            return metadata.Name;
        }

        var created = await Writer(recorded).CreateAsync(KubeResources.Events, NamespaceOf(recorded), Counted(recorded, metadata, about, now), cancellationToken);
        return created.Metadata.Name;
    }

    private static Event Counted(Recorded recorded, ObjectMeta metadata, ObjectReference about, DateTimeOffset now) => new()
    {
        Metadata = metadata,
        InvolvedObject = about,
        Type = recorded.Draft.Type,
        Reason = recorded.Draft.Reason,
        Message = recorded.Draft.Message,
        Source = new EventSource { Component = recorded.Component },
        ReportingComponent = recorded.Component,
        FirstTimestamp = now,
        LastTimestamp = now,
        Count = 1,
    };

    /// <summary>The scheduler writes the newer API: what it did and where, to the microsecond, instead of a count.</summary>
    private static UntypedObject Scheduled(Recorded recorded, ObjectMeta metadata, ObjectReference about, DateTimeOffset now) => new(new JsonObject
    {
        ["apiVersion"] = "events.k8s.io/v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["name"] = metadata.Name, ["namespace"] = metadata.Namespace },
        ["eventTime"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["reportingController"] = Scheduler,
        ["reportingInstance"] = $"{Scheduler}-{Environment.MachineName}",
        ["action"] = "Binding",
        ["reason"] = recorded.Draft.Reason,
        ["regarding"] = JsonSerializer.SerializeToNode(about, KubernetesJson.TypeInfo<ObjectReference>()),
        ["note"] = recorded.Draft.Message,
        ["type"] = recorded.Draft.Type,
    });

    private KubeClient Writer(Recorded recorded) => client.As(ComponentAgents.OfEvents(recorded.Component));

    private void Forget(DateTimeOffset now)
    {
        if (_known.Count < Capacity)
            return;
        foreach (var (recorded, known) in _known)
        {
            if (now - known.Last >= RepeatsWithin)
                _known.TryRemove(recorded, out _);
        }
    }

    private static string NamespaceOf(Recorded recorded) => string.IsNullOrEmpty(recorded.About.Namespace) ? "default" : recorded.About.Namespace;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Reason} about {Name} was dropped: {Problem}")]
    private partial void LogDropped(string reason, string? name, string problem);

    /// <summary>What is said of which object by whom: the same again is a repetition, whatever became of the object in between.</summary>
    private sealed record Recorded(ObjectReference About, EventDraft Draft, string Component)
    {
        public string? ResourceVersion { get; init; }

        public bool Equals(Recorded? other) => other is not null && About == other.About && Draft == other.Draft && Component == other.Component;

        public override int GetHashCode() => HashCode.Combine(About, Draft, Component);
    }

    private sealed record Known(string Name, int Count, DateTimeOffset Last);
}
