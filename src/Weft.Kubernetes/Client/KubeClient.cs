using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>
/// A client of one Kubernetes API server. Failures are <see cref="KubernetesApiException"/>, whether the server refused or was not there;
/// cancellation by the caller's token is OperationCanceledException. Namespaces are ignored for cluster-scoped collections; null means all of them.
/// </summary>
public sealed partial class KubeClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<GroupVersionKind, KubeResource<UntypedObject>> _discovered;
    private readonly bool _ownsConnections;

    public KubeClient(KubeClientOptions options)
    {
        Options = options;
        _http = KubeTransport.Connect(options);
        _discovered = new();
        _ownsConnections = true;
    }

    private KubeClient(KubeClient other, string userAgent)
    {
        Options = other.Options with { UserAgent = userAgent };
        _http = other._http;
        _discovered = other._discovered;
    }

    public KubeClientOptions Options { get; }

    /// <summary>This client under another User-Agent, by which the server names who wrote a field. It lives on this one's connections, and no longer than they.</summary>
    public KubeClient As(string userAgent) => new(this, userAgent);

    public void Dispose()
    {
        if (_ownsConnections)
        {
            _http.Dispose();
        }
    }

    /// <summary>Null when there is no such object.</summary>
    public async Task<T?> GetAsync<T>(KubeResource<T> resource, string? @namespace, string name, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        try
        {
            return await SendAsync(HttpMethod.Get, resource.Path(@namespace, name), null, resource.TypeInfo, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>One page, or everything when the options name no limit.</summary>
    public async Task<ResourceList<T>> ListAsync<T>(KubeResource<T> resource, string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var path = new QueryString(resource.Path(@namespace))
            .Add("labelSelector", options.LabelSelector).Add("fieldSelector", options.FieldSelector)
            .Add("limit", options.Limit).Add("continue", options.Continue)
            .Add("resourceVersion", options.ResourceVersion).Add("resourceVersionMatch", options.ResourceVersionMatch);
        return await RequestAsync(
            HttpMethod.Get,
            path.ToString(),
            null,
            async (stream, token) =>
            {
                using var document = await JsonDocument.ParseAsync(stream, default, token);
                return ResourceList<T>.Read(document.RootElement, resource);
            },
            cancellationToken);
    }

    /// <summary>The whole collection, read in one request.</summary>
    public Task<ResourceList<T>> ListAsync<T>(KubeResource<T> resource, string? @namespace, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        ListAsync(resource, @namespace, ListOptions.All, cancellationToken);

    /// <summary>
    /// One watch request, until the server ends it. Throws KubernetesApiException for an ERROR event (410: list again) and for a lost connection.
    /// Whoever wants a stream that mends itself takes <see cref="Watching.WatchStream{T}"/>.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        KubeResource<T> resource, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var path = new QueryString(resource.Path(@namespace))
            .Add("watch", true).Add("allowWatchBookmarks", options.AllowBookmarks).Add("resourceVersion", options.ResourceVersion)
            .Add("labelSelector", options.LabelSelector).Add("fieldSelector", options.FieldSelector)
            .Add("timeoutSeconds", options.Timeout is { } timeout ? (long)Math.Ceiling(timeout.TotalSeconds) : null);
        using var answer = await OpenAsync(HttpMethod.Get, path.ToString(), null, cancellationToken);
        await using var stream = await Guarded(() => answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
        await using var events = WatchEventReader.ReadAsync(stream, resource, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await Guarded(() => events.MoveNextAsync().AsTask(), cancellationToken))
        {
            yield return events.Current;
        }
    }

    public Task<T> CreateAsync<T>(KubeResource<T> resource, string? @namespace, T content, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        CreateAsync(resource, @namespace, content, WriteOptions.Default, cancellationToken);

    public Task<T> CreateAsync<T>(KubeResource<T> resource, string? @namespace, T content, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        SendAsync(HttpMethod.Post, Query(resource.Path(@namespace), options), Body(content, resource.TypeInfo), resource.TypeInfo, cancellationToken);

    public Task<T> ReplaceAsync<T>(KubeResource<T> resource, string? @namespace, T content, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        ReplaceAsync(resource, @namespace, content, WriteOptions.Default, cancellationToken);

    /// <summary>Replaces the object that the content names, whole or (with a subresource) in part. A resourceVersion in it must still be the present one.</summary>
    public Task<T> ReplaceAsync<T>(KubeResource<T> resource, string? @namespace, T content, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        SendAsync(
            HttpMethod.Put,
            Query(resource.Path(@namespace, content.Metadata.Name, options.Subresource), options),
            Body(content, resource.TypeInfo),
            resource.TypeInfo,
            cancellationToken);

    public Task<T> PatchAsync<T>(KubeResource<T> resource, string? @namespace, string name, KubePatch patch, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var path = new QueryString(resource.Path(@namespace, name, patch.Subresource))
            .Add("fieldManager", patch.FieldManager).Add("force", patch.Force)
            .Add("dryRun", patch.DryRun ? "All" : null).Add("fieldValidation", patch.FieldValidation);
        return SendAsync(HttpMethod.Patch, path.ToString(), Content(JsonBytes.Of(patch.Content), patch.ContentType), resource.TypeInfo, cancellationToken);
    }

    public Task<bool> DeleteAsync<T>(KubeResource<T> resource, string? @namespace, string name, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        DeleteAsync(resource, @namespace, name, DeleteOptions.Default, cancellationToken);

    /// <summary>False when there was no such object. The object may live on until its finalizers are gone.</summary>
    public async Task<bool> DeleteAsync<T>(KubeResource<T> resource, string? @namespace, string name, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        try
        {
            var body = Content(JsonBytes.Of(DeleteBody.From(options)), "application/json");
            await RequestAsync(HttpMethod.Delete, resource.Path(@namespace, name), body, static (_, _) => Task.FromResult(true), cancellationToken);
            return true;
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Any answer of the API as its text, as of <c>/version</c>.</summary>
    public Task<string> GetRawAsync(string path, CancellationToken cancellationToken) =>
        RequestAsync(
            HttpMethod.Get,
            path.TrimStart('/'),
            null,
            static async (stream, token) =>
            {
                using var reader = new StreamReader(stream);
                return await reader.ReadToEndAsync(token);
            },
            cancellationToken);

    private static string Query(string path, WriteOptions options) => new QueryString(path)
        .Add("dryRun", options.DryRun ? "All" : null).Add("fieldManager", options.FieldManager).Add("fieldValidation", options.FieldValidation)
        .ToString();

    private static ByteArrayContent Body<T>(T content, JsonTypeInfo<T> typeInfo) => Content(JsonSerializer.SerializeToUtf8Bytes(content, typeInfo), "application/json");

    private static ByteArrayContent Content(byte[] bytes, string mediaType) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private Task<TAnswer> SendAsync<TAnswer>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<TAnswer> typeInfo, CancellationToken cancellationToken) =>
        RequestAsync(
            method,
            path,
            body,
            async (stream, token) => await JsonSerializer.DeserializeAsync(stream, typeInfo, token) ?? throw new JsonException("the answer is null"),
            cancellationToken);

    /// <summary>One request within the time limit, its body included.</summary>
    private async Task<TAnswer> RequestAsync<TAnswer>(
        HttpMethod method, string path, HttpContent? body, Func<Stream, CancellationToken, Task<TAnswer>> read, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Options.RequestTimeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var answer = await OpenAsync(method, path, body, either.Token);
            return await Guarded(
                async () =>
                {
                    await using var stream = await answer.Content.ReadAsStreamAsync(either.Token);
                    return await read(stream, either.Token);
                },
                either.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw KubernetesApiException.TimedOut(Options.Server, Options.RequestTimeout, e);
        }
    }

    /// <summary>Sends, and returns when the headers of a success are there.</summary>
    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body, Version = _http.DefaultRequestVersion, VersionPolicy = _http.DefaultVersionPolicy };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.TryParseAdd(Options.UserAgent);
        var answer = await Guarded(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var text = await Guarded(() => answer.Content.ReadAsByteArrayAsync(cancellationToken), cancellationToken);
            throw KubernetesApiException.FromAnswer(answer.StatusCode, text);
        }
    }

    private async Task<TResult> Guarded<TResult>(Func<Task<TResult>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw KubernetesApiException.Unreachable(Options.Server, e.InnerException is System.Security.Authentication.AuthenticationException tls ? tls : e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (KubeconfigException e)
        {
            throw new KubernetesApiException(new Status { Outcome = "Failure", Reason = "NoCredentials", Message = e.Message }, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw KubernetesApiException.NotUnderstood(Options.Server, e);
        }
    }
}
