using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.ApiServer.Streams;

namespace Weft.ApiServer.Endpoints;

/// <summary>The verbs on resources and their subresources.</summary>
internal sealed class ResourceEndpoints(
    ObjectStore store,
    WritePipeline pipeline,
    PatchOperation patches,
    DeleteOperation deletion,
    ListOperation lists,
    WatchOperation watches,
    SubresourceOperation subresources,
    ScaleOperation scales,
    ReviewOperation reviews,
    BindingOperation bindings,
    PodStreamOperation streams,
    ProxyOperation proxies,
    ObjectWriter writer,
    ProtobufWriter protobuf,
    RequestBody bodies,
    ServerLifetime lifetime)
{
    public async Task HandleAsync(ResourceRequest request)
    {
        try
        {
            await DispatchAsync(request);
        }
        catch (StatusException)
        {
            // A refusal carries the warnings too.
            if (!request.Context.Response.HasStarted && request.Context.Response.Headers["Warning"].Count == 0) Answer.Warn(request.Context, request.Warnings);
            throw;
        }
    }

    private async Task DispatchAsync(ResourceRequest request)
    {
        CheckTimeout(request);
        if (request.Resource is { Deprecated: true })
        {
            var resource = request.Resource;
            request.Warnings.Add(resource.DeprecationWarning.Length > 0 ? resource.DeprecationWarning : $"{resource.ApiVersion} {resource.Kind} is deprecated");
        }

        if (request.Path.Subresource.Length > 0)
        {
            await SubresourceAsync(request);
            return;
        }

        if (!request.Resource.Verbs.Contains(request.Verb)) throw StatusErrors.MethodNotAllowed();
        if (request.Verb is "update" or "patch" && request.Path.Name.Length == 0) throw StatusErrors.MethodNotAllowed();
        if (request.Verb == "create" && request.Resource.Namespaced && request.Namespace.Length == 0) throw StatusErrors.MethodNotAllowed();
        switch (request.Verb)
        {
            case "get":
                await GetAsync(request);
                break;
            case "list":
                await ListAsync(request);
                break;
            case "watch":
                await watches.WatchAsync(request, lifetime.Stopping);
                break;
            case "create" when request.Resource.TypeName == "core/v1.Binding":
                await AnswerAsync(request, 201, await bindings.BindAsync(request));
                break;
            case "create" when request.Resource.IsReview:
                await ReviewAsync(request);
                break;
            case "create":
                await CreateAsync(request);
                break;
            case "update":
                await UpdateAsync(request, "");
                break;
            case "patch":
                var patched = await patches.PatchAsync(request, "", request.Aborted);
                await AnswerAsync(request, patched.Created ? 201 : 200, patched.Object);
                break;
            case "delete":
                await DeleteAsync(request);
                break;
            default:
                await DeleteCollectionAsync(request);
                break;
        }
    }

    private static void CheckTimeout(ResourceRequest request)
    {
        var text = request.Query("timeout");
        if (text.Length == 0) return;
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (digits == 0 || text[digits..] is not ("" or "s" or "m" or "h" or "ms" or "m0s" or "us" or "ns") && !text.All(c => char.IsAsciiLetterOrDigit(c) || c == '.'))
            throw StatusErrors.BadRequest($"invalid timeout specified in the request URL - time: invalid duration \"{text}\"");
    }

    private async Task AnswerAsync(ResourceRequest request, int code, JsonObject item)
    {
        Answer.Warn(request.Context, request.Warnings);
        var format = Negotiate(request);
        if (item.Text("kind") is "Status") format = format with { Kind = OutputKind.Object };
        await SendAsync(request, code, writer.One(request.Resource, item, format, request.Query("includeObject")), format);
    }

    private static OutputFormat Negotiate(ResourceRequest request) => OutputFormat.Negotiate(request.Context, ProtobufWriter.CanWrite(request.Resource));

    private Task SendAsync(ResourceRequest request, int code, byte[] json, OutputFormat format) => format.Encoding == OutputEncoding.Protobuf
        ? Answer.ProtobufAsync(request.Context, code, protobuf.Write(JsonText.ParseObject(json), request.Resource))
        : Answer.JsonAsync(request.Context, code, json, format);

    private async Task GetAsync(ResourceRequest request)
    {
        var format = Negotiate(request);
        CheckInclude(request, format);
        ListOperation.CheckNotOlderThan(request, store.Current.Revision);
        var present = store.Current.Find(WritePipeline.Key(request)) ?? throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        Answer.Warn(request.Context, request.Warnings);
        var body = format.Kind == OutputKind.Object
            ? ObjectWriter.Whole(request.Resource, present)
            : writer.One(request.Resource, present.ToObject(request.Resource), format, request.Query("includeObject"));
        await SendAsync(request, 200, body, format);
    }

    private async Task ListAsync(ResourceRequest request)
    {
        var format = Negotiate(request);
        CheckInclude(request, format);
        var page = lists.List(request);
        Answer.Warn(request.Context, request.Warnings);
        var body = writer.Many(request.Resource, page.Items, page.Revision, page.Continue, page.Remaining, format, request.Query("includeObject"));
        await SendAsync(request, 200, body, format);
    }

    private static void CheckInclude(ResourceRequest request, OutputFormat format)
    {
        var include = request.Query("includeObject");
        if (format.Kind == OutputKind.Table && include is not ("" or "None" or "Metadata" or "Object"))
            throw StatusErrors.BadRequest($"Unable to convert to Table as requested: includeObject: Invalid value: {ObjectValidation.Quote(include)}: must be 'Metadata', 'Object', 'None', or empty");
    }

    private async Task ReviewAsync(ResourceRequest request)
    {
        request.ReadWriteOptions("CreateOptions");
        var findings = new List<string>();
        var body = await bodies.ReadObjectAsync(request.Context, request.Resource.Kind, findings);
        body["kind"] ??= request.Resource.Kind;
        body["apiVersion"] ??= request.Resource.ApiVersion;
        var decoded = WritePipeline.Decode(request, request.Resource, body, findings);
        var result = reviews.Answer(request, decoded);
        Answer.Warn(request.Context, request.Warnings);
        await SendAsync(request, 201, JsonText.Write(result), Negotiate(request) with { Kind = OutputKind.Object });
    }

    private async Task CreateAsync(ResourceRequest request)
    {
        Negotiate(request);
        request.ReadWriteOptions("CreateOptions");
        if (request.Path.Name.Length > 0) throw StatusErrors.MethodNotAllowed();
        var findings = new List<string>();
        var body = await bodies.ReadObjectAsync(request.Context, request.Resource.Kind, findings);
        var answer = await pipeline.CreateAsync(request, body, findings, request.Aborted);
        await AnswerAsync(request, 201, answer.Object);
    }

    private async Task UpdateAsync(ResourceRequest request, string subresource)
    {
        request.ReadWriteOptions("UpdateOptions");
        var resource = request.Resource;
        var findings = new List<string>();
        var body = await bodies.ReadObjectAsync(request.Context, resource.Kind, findings);
        RequestBody.CheckKind(body, resource, lifetime.Registry.Current);
        var decoded = WritePipeline.Decode(request, resource, body, findings);
        if (findings.Count > 0 && request.FieldValidation == FieldValidation.Strict) throw WritePipeline.StrictFailure(resource, findings);
        var name = decoded.TextAt("metadata", "name");
        if (name.Length == 0) throw StatusErrors.BadRequest("name must be provided");
        var answer = await pipeline.UpdateAsync(request, subresource, _ => decoded.Clone(), null, request.Aborted);
        await AnswerAsync(request, 200, answer.Object);
    }

    private async Task<JsonObject?> DeleteBodyAsync(ResourceRequest request)
    {
        if (request.Context.Request.ContentLength is null or 0 && !request.Context.Request.Headers.ContainsKey("Transfer-Encoding")) return null;
        var bytes = await RequestBody.ReadAsync(request.Context);
        if (bytes.Length == 0) return null;
        return RequestBody.MediaType(request.Context) == "application/vnd.kubernetes.protobuf"
            ? bodies.ReadProtobuf(bytes, "DeleteOptions")
            : RequestBody.FromJson(bytes, "DeleteOptions", []);
    }

    private async Task DeleteAsync(ResourceRequest request)
    {
        var choices = DeleteOperation.Read(request, await DeleteBodyAsync(request));
        var result = await deletion.DeleteAsync(request, request.Resource, WritePipeline.Key(request), choices, request.Aborted);
        await AnswerAsync(request, 200, result);
    }

    private async Task DeleteCollectionAsync(ResourceRequest request)
    {
        var choices = DeleteOperation.Read(request, await DeleteBodyAsync(request));
        var page = lists.List(request);
        foreach (var item in page.Items)
        {
            try
            {
                await deletion.DeleteAsync(request, request.Resource, item.Key, choices, request.Aborted);
            }
            catch (StatusException error) when (error.Code == 404)
            {
                // Somebody else was faster.
            }
        }

        var format = Negotiate(request);
        await SendAsync(request, 200, writer.Many(request.Resource, page.Items, page.Revision, "", null, format, ""), format);
    }

    private async Task SubresourceAsync(ResourceRequest request)
    {
        var definition = request.Resource.Subresources.FirstOrDefault(s => s.Name == request.Path.Subresource) ?? throw StatusErrors.UnknownResource();
        if (!definition.Verbs.Contains(request.Verb)) throw StatusErrors.MethodNotAllowed();
        switch (definition.Name, request.Verb)
        {
            case ("scale", "get"):
                await ScaleAsync(request, scales.Read(request));
                break;
            case ("scale", _):
                await ScaleAsync(request, await scales.WriteAsync(request, request.Aborted));
                break;
            case ("status" or "approval" or "finalize" or "ephemeralcontainers" or "resize", "get"):
                await GetAsync(request);
                break;
            case ("status" or "approval" or "finalize" or "ephemeralcontainers" or "resize", "update"):
                await UpdateAsync(request, definition.Name);
                break;
            case ("status" or "approval" or "ephemeralcontainers" or "resize", "patch"):
                await AnswerAsync(request, 200, (await patches.PatchAsync(request, definition.Name, request.Aborted)).Object);
                break;
            case ("token", _):
                await SendAsync(request, 201, JsonText.Write(await subresources.IssueTokenAsync(request)), Negotiate(request) with { Kind = OutputKind.Object });
                break;
            case ("exec" or "attach" or "portforward", _):
                await streams.ServeAsync(request, lifetime.Stopping);
                break;
            case ("proxy", _) when request.Resource.Kind is "Pod" or "Service":
                await proxies.ServeAsync(request, lifetime.Stopping);
                break;
            case ("proxy", _):
                throw SubresourceOperation.NoNode();
            case ("binding", _):
                await AnswerAsync(request, 201, await bindings.BindAsync(request));
                break;
            case ("eviction", _):
                await AnswerAsync(request, 201, await subresources.EvictAsync(request, request.Aborted));
                break;
            case ("log", _):
                using (var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.Stopping))
                    await subresources.LogAsync(request, ending.Token);
                break;
            default:
                throw StatusErrors.MethodNotAllowed();
        }
    }

    private async Task ScaleAsync(ResourceRequest request, JsonObject scale)
    {
        Answer.Warn(request.Context, request.Warnings);
        var format = Negotiate(request);
        var json = format.Kind == OutputKind.Table ? JsonText.Write(writer.ScaleTable(scale, format.TableVersion, request.Query("includeObject"))) : JsonText.Write(scale);
        await SendAsync(request, 200, json, format);
    }
}
