using Weft.Console.Inventory;
using Weft.Observability.Traces;

namespace Weft.Console.Traces;

/// <summary>
/// An application, workload or service as traces know it: the service name that its proxies report, and which of those spans are its own.
/// Pure.
/// </summary>
public sealed record TraceSubject
{
    private const string NodeId = "node_id";
    private const string HostName = "hostname";

    private readonly Func<Span, bool>? _isOwn;

    private TraceSubject(string app, string serviceName, Func<Span, bool>? isOwn)
    {
        App = app;
        ServiceName = serviceName;
        _isOwn = isOwn;
    }

    public string App { get; }

    /// <summary>The service name to search for.</summary>
    public string ServiceName { get; }

    public static TraceSubject OfApp(string @namespace, string app, bool withNamespace) => new(app, NameOf(@namespace, app, withNamespace), null);

    /// <summary>The application behind the service; when it has another name, spans whose operation names the service.</summary>
    public static TraceSubject OfService(MeshInventory mesh, string @namespace, string service, bool withNamespace)
    {
        var app = mesh.FindService(@namespace, service) is { } found && AppIdentity.Of(found.Selector).App is { Length: > 0 } labelled ? labelled : service;
        // Envoy names its spans host:port/*, the host being service.namespace.svc.cluster.local.
        var operation = $"{service}.{@namespace}";
        return new TraceSubject(
            app, NameOf(@namespace, app, withNamespace), app == service ? null : span => span.OperationName.StartsWith(operation, StringComparison.Ordinal));
    }

    /// <summary>The application of the workload, and the spans that its pods reported.</summary>
    public static TraceSubject OfWorkload(MeshInventory mesh, string @namespace, string workload, bool withNamespace)
    {
        var found = mesh.FindWorkload(@namespace, workload);
        var app = found?.Identity.App is { Length: > 0 } labelled ? labelled : workload;
        var pods = found?.Pods.Select(pod => pod.Metadata.Name ?? "").ToHashSet(StringComparer.Ordinal) ?? [];
        return new TraceSubject(app, NameOf(@namespace, app, withNamespace), span => PodOf(span, @namespace) is { } pod && (pods.Contains(pod) || IsNamedAfter(pod, workload)));
    }

    /// <summary>Whether the span was reported by the subject, as far as its service name tells and its own condition.</summary>
    public bool IsOwn(Span span) => (span.Process.ServiceName == ServiceName || span.Process.ServiceName == App) && Concerns(span);

    /// <summary>Whether the trace has a span that concerns the subject.</summary>
    public bool Concerns(Trace trace) => _isOwn is null || trace.Spans.Any(_isOwn);

    private bool Concerns(Span span) => _isOwn is null || _isOwn(span);

    private static string NameOf(string @namespace, string app, bool withNamespace) => withNamespace ? $"{app}.{@namespace}" : app;

    /// <summary>
    /// The pod that reported a span: of a sidecar by <c>node_id</c> (<c>sidecar~ip~pod.namespace~domain</c>), of others by <c>hostname</c> of
    /// span or process. Null when nothing tells, or the pod is of another namespace.
    /// </summary>
    private static string? PodOf(Span span, string @namespace)
    {
        if (span.Tag(NodeId)?.Text.Split('~') is [_, _, var pod, ..])
        {
            return pod.EndsWith($".{@namespace}", StringComparison.Ordinal) ? pod[..^(@namespace.Length + 1)] : null;
        }

        return span.Tag(HostName)?.Text ?? span.Process.Tags.Where(tag => tag.Key == HostName).Select(tag => tag.Text).FirstOrDefault();
    }

    /// <summary>
    /// Pods that have ended are known by their names only: the controller's, then at most a template's hash and five characters or a number.
    /// A prefix alone would take the pods of <c>reviews-v10</c> for those of <c>reviews-v1</c>.
    /// </summary>
    private static bool IsNamedAfter(string pod, string workload)
    {
        if (!pod.StartsWith(workload, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = pod.AsSpan(workload.Length);
        if (rest.IsEmpty)
        {
            return true;
        }

        return rest[0] == '-' && rest.Count('-') <= 2 && rest[(rest.LastIndexOf('-') + 1)..] is var last && (last.Length == 5 || !last.ContainsAnyExceptInRange('0', '9'));
    }
}
