using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Patching;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>The subresources that are more than a view on the object: token, log, eviction.</summary>
internal sealed class SubresourceOperation(WritePipeline pipeline, DeleteOperation deletion, ObjectStore store, RequestBody bodies, ServiceAccountTokens tokens, BuiltInTypes types, ApiServerOptions options)
{
    private const long DefaultTokenLifetime = 3600;
    private const long ShortestTokenLifetime = 600;
    private const long LongestTokenLifetime = 1L << 32;

    private ResourceDefinition TokenRequests { get; } = new()
    {
        Group = "authentication.k8s.io", Version = "v1", Plural = "serviceaccounts", Kind = "TokenRequest", Namespaced = true, TypeName = "authentication/v1.TokenRequest", Schema = types.Root("authentication/v1.TokenRequest"),
    };

    public async Task<JsonObject> IssueTokenAsync(ResourceRequest request)
    {
        request.ReadWriteOptions("CreateOptions");
        var body = await bodies.ReadObjectAsync(request.Context, "TokenRequest", []);
        var account = store.Current.Find(WritePipeline.Key(request)) ?? throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        var spec = body.Ensure("spec");
        var lifetime = spec.Number("expirationSeconds") ?? DefaultTokenLifetime;
        CheckTokenRequest(request, body, lifetime);

        var audiences = (spec.Array("audiences") ?? []).Select(a => a?.ToString() ?? "").Where(a => a.Length > 0).ToArray();
        if (audiences.Length == 0) audiences = [ServiceAccountTokens.DefaultAudience];
        var expires = options.TimeProvider.GetUtcNow().AddSeconds(lifetime);
        var token = tokens.Issue(request.Namespace, request.Path.Name, account.Uid, audiences, expires, BoundPod(request, spec));
        var answered = new JsonObject
        {
            ["audiences"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]),
            ["expirationSeconds"] = lifetime,
            ["boundObjectRef"] = spec["boundObjectRef"]?.DeepClone(),
        };
        var metadata = new JsonObject { ["name"] = request.Path.Name, ["namespace"] = request.Namespace, ["creationTimestamp"] = pipeline.Now };
        spec.Default("expirationSeconds", DefaultTokenLifetime);
        foreach (var (field, value) in spec.ToArray())
            if (value is null or JsonArray { Count: 0 }) spec.Remove(field);
        var owned = new JsonObject { ["metadata"] = new JsonObject(), ["spec"] = spec.DeepClone() };
        ManagedFields.TrackUpdate(null, owned, TokenRequests, pipeline.Identity(request, "token"));
        metadata["managedFields"] = owned.Object("metadata")?["managedFields"]?.DeepClone();
        return new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = metadata,
            ["spec"] = answered,
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) },
        };
    }

    private static void CheckTokenRequest(ResourceRequest request, JsonObject body, long lifetime)
    {
        var name = body.TextAt("metadata", "name");
        if (name.Length > 0 && name != request.Path.Name)
            throw StatusErrors.Invalid("authentication.k8s.io", "TokenRequest", request.Path.Name, [FieldError.Invalid("metadata.name", ObjectValidation.Quote(name), "must match the service account name if specified")]);
        var problem = lifetime < ShortestTokenLifetime ? "may not specify a duration less than 10 minutes" : lifetime > LongestTokenLifetime ? "may not specify a duration larger than 2^32 seconds" : null;
        if (problem is not null)
            throw StatusErrors.Invalid("authentication.k8s.io", "TokenRequest", "", [FieldError.Invalid("spec.expirationSeconds", lifetime.ToString(CultureInfo.InvariantCulture), problem)]);
    }

    private JsonObject? BoundPod(ResourceRequest request, JsonObject spec)
    {
        if (spec.Object("boundObjectRef") is not { } reference) return null;
        var name = reference.Text("name") ?? "";
        if (reference.Text("kind") != "Pod") throw StatusErrors.BadRequest("cannot bind token to object of type " + reference.Text("kind"));
        var pod = store.Current.Find(new ObjectKey("pods", request.Namespace, name))
            ?? throw new StatusException(404, "NotFound", $"pods \"{name}\" not found", new JsonObject { ["name"] = name, ["kind"] = "pods" });
        return new JsonObject { ["name"] = name, ["uid"] = pod.Uid };
    }

    public async Task<JsonObject> EvictAsync(ResourceRequest request, CancellationToken cancellationToken)
    {
        request.ReadWriteOptions("CreateOptions");
        var body = await bodies.ReadObjectAsync(request.Context, "Eviction", []);
        if (body.TextAt("metadata", "name") != request.Path.Name) throw StatusErrors.BadRequest("name in URL does not match name in Eviction object");
        var choices = DeleteOperation.Read(request, body.Object("deleteOptions"));
        await deletion.DeleteAsync(request, request.Resource, WritePipeline.Key(request), choices, cancellationToken);
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
    }

    public async Task LogAsync(ResourceRequest request, CancellationToken cancellationToken)
    {
        CheckLogOptions(request);
        var pod = (store.Current.Find(WritePipeline.Key(request)) ?? throw StatusErrors.NotFound(request.Resource, request.Path.Name)).ToObject(request.Resource);
        var container = Container(request, pod);
        if (pod.TextAt("spec", "nodeName").Length == 0)
        {
            request.Context.Response.StatusCode = 204;
            request.Context.Response.Headers.CacheControl = "no-cache, private";
            return;
        }

        if (options.PodLogs is null) throw NoNode();
        var log = options.PodLogs.Read(LogRequest(request, container), cancellationToken)
            ?? throw StatusErrors.BadRequest($"container \"{container}\" in pod \"{request.Path.Name}\" is waiting to start: {Waiting(pod, container)}");
        var response = request.Context.Response;
        response.StatusCode = 200;
        response.ContentType = "text/plain";
        response.Headers.CacheControl = "no-cache, private";
        await response.StartAsync(cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        try
        {
            await foreach (var chunk in log.WithCancellation(cancellationToken))
            {
                await response.Body.WriteAsync(chunk, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The reader left, or the server stops: the end of a followed log.
        }
    }

    /// <summary>What Kubernetes says when it cannot reach the node of a pod.</summary>
    public static StatusException NoNode() => new(500, "", "no preferred addresses found; known addresses: []");

    private static void CheckLogOptions(ResourceRequest request)
    {
        var errors = new List<FieldError>();
        Least("tailLines", 0, "must be greater than or equal to 0");
        Least("limitBytes", 1, "must be greater than 0");
        if (request.Query("sinceSeconds").Length > 0 && request.Query("sinceTime").Length > 0) errors.Add(FieldError.Forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        else Least("sinceSeconds", 1, "must be greater than 0");
        if (errors.Count > 0) throw StatusErrors.Invalid("", "PodLogOptions", request.Path.Name, errors);

        void Least(string option, long least, string message)
        {
            if (request.Number(option) is { } value && value < least) errors.Add(FieldError.Invalid(option, value.ToString(CultureInfo.InvariantCulture), message));
        }
    }

    private static PodLogRequest LogRequest(ResourceRequest request, string container)
    {
        var since = request.Query("sinceTime");
        return new PodLogRequest
        {
            Namespace = request.Namespace,
            Pod = request.Path.Name,
            Container = container,
            Follow = request.Flag("follow"),
            Previous = request.Flag("previous"),
            Timestamps = request.Flag("timestamps"),
            TailLines = request.Number("tailLines"),
            LimitBytes = request.Number("limitBytes"),
            SinceSeconds = request.Number("sinceSeconds"),
            SinceTime = since.Length == 0 ? null : DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var at) ? at : throw StatusErrors.BadRequest($"parsing time {ObjectValidation.Quote(since)} as \"2006-01-02T15:04:05Z07:00\": cannot parse {ObjectValidation.Quote(since)} as \"2006\""),
        };
    }

    /// <summary>The container that the request names or, when it names none, the only or default one.</summary>
    public static string Container(ResourceRequest request, JsonObject pod)
    {
        var spec = pod.Object("spec") ?? [];
        var containers = Names(spec, "containers");
        var initial = Names(spec, "initContainers");
        var asked = request.Query("container");
        if (asked.Length == 0)
        {
            var preferred = pod.Object("metadata")?.Object("annotations")?.Text("kubectl.kubernetes.io/default-container");
            if (preferred is not null && containers.Contains(preferred)) return preferred;
            if (containers.Length == 1) return containers[0];
            throw StatusErrors.BadRequest($"a container name must be specified for pod {request.Path.Name}, choose one of: [{string.Join(' ', initial.Concat(containers))}]");
        }

        return containers.Contains(asked) || initial.Contains(asked) ? asked : throw StatusErrors.BadRequest($"container {asked} is not valid for pod {request.Path.Name}");
    }

    private static string[] Names(JsonObject spec, string list) => [.. JsonAccess.Objects(spec.Array(list)).Select(c => c.Text("name") ?? "")];

    private static string Waiting(JsonObject pod, string container)
    {
        var states = JsonAccess.Objects(pod.Object("status")?.Array("containerStatuses")).Concat(JsonAccess.Objects(pod.Object("status")?.Array("initContainerStatuses")));
        return states.FirstOrDefault(s => s.Text("name") == container)?.TextAt("state", "waiting", "reason") is { Length: > 0 } reason ? reason : "ContainerCreating";
    }
}
