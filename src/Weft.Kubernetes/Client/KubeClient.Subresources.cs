using System.Runtime.CompilerServices;
using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>Subresources, discovery and apply.</summary>
public sealed partial class KubeClient
{
    /// <summary>Replaces the status of the object that the content names.</summary>
    public Task<T> ReplaceStatusAsync<T>(KubeResource<T> resource, string? @namespace, T content, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        ReplaceAsync(resource, @namespace, content, new WriteOptions { Subresource = "status" }, cancellationToken);

    /// <summary>How many replicas a workload has and should have.</summary>
    public Task<Scale> GetScaleAsync<T>(KubeResource<T> resource, string @namespace, string name, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        SendAsync(HttpMethod.Get, resource.Path(@namespace, name, "scale"), null, KubernetesJson.TypeInfo<Scale>(), cancellationToken);

    /// <summary>Sets how many replicas a workload should have.</summary>
    public Task<Scale> ScaleAsync<T>(KubeResource<T> resource, string @namespace, string name, int replicas, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var patch = KubePatch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } });
        return SendAsync(
            HttpMethod.Patch,
            resource.Path(@namespace, name, "scale"),
            Content(JsonBytes.Of(patch.Content), patch.ContentType),
            KubernetesJson.TypeInfo<Scale>(),
            cancellationToken);
    }

    /// <summary>Says on which node the pod runs, as a scheduler does. Throws a conflict when that is decided already, or the pod is another one by now.</summary>
    public async Task BindAsync(string @namespace, string pod, string uid, string node, CancellationToken cancellationToken)
    {
        var binding = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = pod, ["uid"] = uid },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
        };
        await SendAsync(HttpMethod.Post, KubeResources.Pods.Path(@namespace, pod, "binding"), Content(JsonBytes.Of(binding), "application/json"), KubernetesJson.TypeInfo<Status>(), cancellationToken);
    }

    /// <summary>A token of the service account; its status has it.</summary>
    public Task<TokenRequest> CreateTokenAsync(string @namespace, string serviceAccount, TokenRequestSpec spec, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            KubeResources.ServiceAccounts.Path(@namespace, serviceAccount, "token"),
            Body(new TokenRequest { Spec = spec }, KubernetesJson.TypeInfo<TokenRequest>()),
            KubernetesJson.TypeInfo<TokenRequest>(),
            cancellationToken);

    /// <summary>The lines of a container's log, without their line ends. A followed log ends with its container.</summary>
    public async IAsyncEnumerable<string> LogAsync(string @namespace, string pod, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = new QueryString(KubeResources.Pods.Path(@namespace, pod, "log"))
            .Add("container", options.Container).Add("follow", options.Follow).Add("previous", options.Previous).Add("timestamps", options.Timestamps)
            .Add("tailLines", options.TailLines).Add("limitBytes", options.LimitBytes)
            .Add("sinceSeconds", options.Since is { } since ? Math.Max(1, (long)since.TotalSeconds) : null)
            .Add("sinceTime", options.SinceTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(options.Follow ? Timeout.InfiniteTimeSpan : Options.RequestTimeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var answer = await OpenAsync(HttpMethod.Get, path.ToString(), null, either.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(either.Token));
        while (await Guarded(() => reader.ReadLineAsync(either.Token).AsTask(), either.Token) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>The collection that serves a kind; null when the server has none. What was found is remembered.</summary>
    public async Task<KubeResource<UntypedObject>?> FindResourceAsync(GroupVersionKind kind, CancellationToken cancellationToken)
    {
        if (_discovered.TryGetValue(kind, out var known))
        {
            return known;
        }

        try
        {
            var path = kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.ApiVersion}";
            var served = await SendAsync(HttpMethod.Get, path, null, KubernetesJson.TypeInfo<ApiResourceList>(), cancellationToken);
            return served.Resources.FirstOrDefault(r => r.Kind == kind.Kind && !r.Name.Contains('/', StringComparison.Ordinal)) is { } found
                ? _discovered.GetOrAdd(kind, KubeResources.Untyped(kind.Group, kind.Version, found.Name, kind.Kind, found.Namespaced))
                : null;
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Server-side apply of one object of any kind, taking fields over from other managers. An object of a namespaced kind
    /// that names no namespace goes to the one of the options.
    /// </summary>
    public async Task<UntypedObject> ApplyAsync(UntypedObject wanted, string fieldManager, CancellationToken cancellationToken)
    {
        var kind = GroupVersionKind.Of(wanted);
        var resource = await FindResourceAsync(kind, cancellationToken)
            ?? throw new KubernetesApiException(new Status { Outcome = "Failure", Code = 404, Reason = "NotFound", Message = $"no matches for kind \"{kind.Kind}\" in version \"{kind.ApiVersion}\"" });
        return await PatchAsync(resource, wanted.Metadata.Namespace ?? Options.Namespace, wanted.Metadata.Name, KubePatch.Apply(wanted.Content, fieldManager), cancellationToken);
    }
}
