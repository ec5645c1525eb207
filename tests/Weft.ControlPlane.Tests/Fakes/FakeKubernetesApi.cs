using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.ControlPlane.Distribution;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Json;

namespace Weft.ControlPlane.Fakes;

/// <summary>
/// As much of the Kubernetes API as the control plane uses, over HTTP on loopback: list, watch, create, replace, merge patches of a status, server-side apply (the last one has it all), and token reviews in which
/// the token <c>namespace:account</c> is that service account's.
/// </summary>
internal sealed class FakeKubernetesApi : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(string Collection, Channel<JsonObject> Events)> _watchers = [];
    private readonly WebApplication _server;
    private long _version = 1;

    private FakeKubernetesApi(WebApplication server)
    {
        _server = server;
        server.Run(AnswerAsync);
    }

    public KubeClient Client { get; private set; } = null!;

    /// <summary>How many patches there were.</summary>
    public int Patches { get; private set; }

    /// <summary>What was applied, by collection and name.</summary>
    public ConcurrentBag<string> Applied { get; } = [];

    public static async Task<FakeKubernetesApi> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var api = new FakeKubernetesApi(builder.Build());
        await api._server.StartAsync();
        api.Client = new KubeClient(new KubeClientOptions { Server = new Uri($"http://{BoundEndpoints.Of(api._server)[0]}") });
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>Adds or replaces an object; the collection is its path, as in api/v1/services.</summary>
    public void Put(string collection, string? @namespace, JsonObject content)
    {
        lock (_lock)
        {
            var metadata = content["metadata"]!.AsObject();
            var key = $"{collection}|{@namespace}|{metadata["name"]}";
            var isNew = !_objects.ContainsKey(key);
            metadata["resourceVersion"] = $"{++_version}";
            if (@namespace is not null)
            {
                metadata["namespace"] = @namespace;
            }

            _objects[key] = content;
            foreach (var (watched, events) in _watchers)
            {
                if (watched == collection)
                {
                    events.Writer.TryWrite(new JsonObject { ["type"] = isNew ? "ADDED" : "MODIFIED", ["object"] = content.DeepClone() });
                }
            }
        }
    }

    public void Delete(string collection, string? @namespace, string name)
    {
        lock (_lock)
        {
            if (!_objects.Remove($"{collection}|{@namespace}|{name}", out var removed))
            {
                return;
            }

            removed["metadata"]!["resourceVersion"] = $"{++_version}";
            foreach (var (_, events) in _watchers.Where(watcher => watcher.Collection == collection))
            {
                events.Writer.TryWrite(new JsonObject { ["type"] = "DELETED", ["object"] = removed.DeepClone() });
            }
        }
    }

    public JsonObject? Get(string collection, string? @namespace, string name)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault($"{collection}|{@namespace}|{name}");
        }
    }

    public int Count(string collection)
    {
        lock (_lock)
        {
            return _objects.Keys.Count(key => key.StartsWith($"{collection}|", StringComparison.Ordinal));
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var target = Target.Of(http.Request.Path);
        if (http.Request.Method is "POST" or "PUT")
        {
            await WriteAsync(http, target);
        }
        else if (http.Request.Method == "PATCH")
        {
            await (http.Request.ContentType == "application/apply-patch+yaml" ? ApplyAsync(http, target) : PatchStatusAsync(http, target));
        }
        else if (http.Request.Query["watch"].ToString() is "true" or "1")
        {
            await WatchAsync(http, target);
        }
        else if (target.Name is not null)
        {
            await AnswerAsync(http, Get(target.Collection, target.Namespace, target.Name) ?? NotFound(), null);
        }
        else
        {
            await AnswerAsync(http, List(target, http.Request.Query["fieldSelector"].ToString()), null);
        }
    }

    private async Task WriteAsync(HttpContext http, Target target)
    {
        var content = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        if (target.Collection.EndsWith("/tokenreviews", StringComparison.Ordinal))
        {
            content["status"] = Review(content);
            await AnswerAsync(http, content, 201);
            return;
        }

        if (http.Request.Method == "POST" && Get(target.Collection, target.Namespace, content["metadata"]!["name"]!.GetValue<string>()) is not null)
        {
            await AnswerAsync(http, new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["reason"] = "AlreadyExists", ["code"] = 409, ["message"] = "exists" }, 409);
            return;
        }

        Put(target.Collection, target.Namespace, content);
        await AnswerAsync(http, content, http.Request.Method == "POST" ? 201 : 200);
    }

    private async Task ApplyAsync(HttpContext http, Target target)
    {
        var content = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        var present = Get(target.Collection, target.Namespace, target.Name!);
        content["metadata"]!["uid"] = present?["metadata"]!["uid"]?.DeepClone() ?? Guid.NewGuid().ToString();
        content["status"] = present?["status"]?.DeepClone();
        Applied.Add($"{target.Collection} {target.Name}");
        Put(target.Collection, target.Namespace, content);
        await AnswerAsync(http, content, present is null ? 201 : 200);
    }

    /// <summary>A merge patch of the status.</summary>
    private async Task PatchStatusAsync(HttpContext http, Target target)
    {
        var patch = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        var item = Get(target.Collection, target.Namespace, target.Name!)?.DeepClone().AsObject();
        if (item is null || $"{patch["metadata"]!["resourceVersion"]}" != $"{item["metadata"]!["resourceVersion"]}")
        {
            await AnswerAsync(http, new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["reason"] = "Conflict", ["code"] = 409, ["message"] = "changed" }, 409);
            return;
        }

        Patches++;
        item["status"] = MergePatch.Apply(item["status"], patch["status"]);
        Put(target.Collection, target.Namespace, item);
        await AnswerAsync(http, item, 200);
    }

    private static JsonObject Review(JsonObject review)
    {
        var parts = review["spec"]!["token"]!.GetValue<string>().Split(':');
        return parts.Length == 2
            ? new JsonObject
            {
                ["authenticated"] = true,
                ["user"] = new JsonObject { ["username"] = $"system:serviceaccount:{parts[0]}:{parts[1]}" },
                ["audiences"] = review["spec"]!["audiences"]!.DeepClone(),
            }
            : new JsonObject { ["authenticated"] = false };
    }

    private JsonObject List(Target target, string fieldSelector)
    {
        lock (_lock)
        {
            var items = _objects
                .Where(pair => pair.Key.StartsWith($"{target.Collection}|{target.Namespace}", StringComparison.Ordinal) && IsSelected(pair.Value, fieldSelector))
                .Select(pair => pair.Value.DeepClone());
            return new JsonObject
            {
                ["kind"] = "List",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_version}" },
                ["items"] = new JsonArray([.. items]),
            };
        }
    }

    private async Task WatchAsync(HttpContext http, Target target)
    {
        var selector = http.Request.Query["fieldSelector"].ToString();
        var since = long.TryParse(http.Request.Query["resourceVersion"].ToString(), out var version) ? version : 0;
        var events = Channel.CreateUnbounded<JsonObject>();
        lock (_lock)
        {
            foreach (var item in _objects.Where(pair => pair.Key.StartsWith($"{target.Collection}|", StringComparison.Ordinal) && long.Parse(pair.Value["metadata"]!["resourceVersion"]!.GetValue<string>()) > since))
            {
                events.Writer.TryWrite(new JsonObject { ["type"] = "ADDED", ["object"] = item.Value.DeepClone() });
            }

            _watchers.Add((target.Collection, events));
        }

        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(http.RequestAborted);
        try
        {
            await foreach (var change in events.Reader.ReadAllAsync(http.RequestAborted))
            {
                if (IsSelected(change["object"]!.AsObject(), selector))
                {
                    await http.Response.WriteAsync(change.ToJsonString() + "\n", http.RequestAborted);
                    await http.Response.Body.FlushAsync(http.RequestAborted);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher left.
        }
    }

    private static bool IsSelected(JsonObject item, string selector) =>
        selector.Length == 0 || selector == $"metadata.name={item["metadata"]!["name"]!.GetValue<string>()}";

    private static JsonObject NotFound() =>
        new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["reason"] = "NotFound", ["code"] = 404, ["message"] = "not found" };

    private static Task AnswerAsync(HttpContext http, JsonObject content, int? status)
    {
        http.Response.StatusCode = status ?? content["code"]?.GetValue<int>() ?? 200;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(content.ToJsonString());
    }

    private sealed record Target(string Collection, string? Namespace, string? Name)
    {
        public static Target Of(string path)
        {
            var parts = path.Trim('/').Split('/').ToImmutableArray();
            var prefix = parts[0] == "api" ? 2 : 3;
            var root = string.Join('/', parts[..prefix]);
            var rest = parts[prefix..];
            return rest is ["namespaces", var @namespace, var plural, ..]
                ? new Target($"{root}/{plural}", @namespace, rest.Length > 3 ? rest[3] : null)
                : new Target($"{root}/{rest[0]}", null, rest.Length > 1 ? rest[1] : null);
        }
    }
}
