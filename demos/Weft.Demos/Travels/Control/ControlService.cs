using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;
using Weft.Demos.Travels.Portal;

namespace Weft.Demos.Travels.Control;

/// <summary>Image <c>demo_travels_control</c>: the dashboard that shows and steers the portals.</summary>
internal sealed class ControlService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var portals = Portals(context.Setting("PORTAL_SERVICES"));
        if (portals.Count == 0)
        {
            new DemoLog(context, "control.cs").Error("PORTAL_SERVICES variable empty. This service needs it: name;url,name;url");
            return 1;
        }

        using var http = DemoHttpClient.Create(context);
        http.Timeout = TimeSpan.FromSeconds(10);
        var service = new Serving(context, http, portals);
        await DemoServer.ServeAsync(
            context,
            context.Setting("LISTEN_ADDRESS", ":8080"),
            application =>
            {
                var root = context.Setting("WEBROOT").TrimEnd('/');
                application.MapGet(root + "/status", service.StatusAsync);
                application.MapPut(root + "/settings/{portal}", service.SettingsAsync);
                application.MapGet(root + "/console", Dashboard.IndexAsync);
                application.MapGet(root + "/{**file}", Dashboard.FileAsync);
            },
            cancellationToken);
        return 0;
    }

    /// <summary>Portal name to base URL, from <c>name;url,name;url</c>; sorted by name.</summary>
    private static SortedDictionary<string, string> Portals(string text)
    {
        var portals = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry.Split(';') is [var name, var url])
            {
                portals[name] = url;
            }
        }

        return portals;
    }

    private sealed class Serving(DemoContext context, HttpClient http, SortedDictionary<string, string> portals)
    {
        private readonly DemoLog _log = new(context, "control.cs");

        public async Task StatusAsync(HttpContext request)
        {
            var statuses = await Task.WhenAll(portals.Select(portal => StatusOfAsync(portal.Key, portal.Value, request.RequestAborted)));
            await request.Response.WriteAsync(200, statuses, PortalJson.Default.IReadOnlyListPortalStatus);
        }

        public async Task SettingsAsync(HttpContext request)
        {
            var name = request.Request.RouteValues["portal"] as string ?? "";
            if (!portals.TryGetValue(name, out var url))
            {
                await request.Response.WriteAsync(404, new ErrorBody($"Portal {name} not found"), TravelsJson.Default.ErrorBody);
                return;
            }

            if (await PortalService.ReadSettingsAsync(request.Request) is not { } settings)
            {
                await request.Response.WriteAsync(400, new ErrorBody("Body is not valid settings JSON"), TravelsJson.Default.ErrorBody);
                return;
            }

            try
            {
                using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(settings, PortalJson.Default.PortalSettings));
                body.Headers.ContentType = new("application/json");
                using var answer = await http.PutAsync(new Uri(url + "/settings"), body, request.RequestAborted);
                await request.Response.WriteAsync((int)answer.StatusCode, settings, PortalJson.Default.PortalSettings);
            }
            catch (HttpRequestException error)
            {
                await request.Response.WriteAsync(500, new ErrorBody($"Portal {name}: {error.Message}"), TravelsJson.Default.ErrorBody);
            }
        }

        private async Task<PortalStatus> StatusOfAsync(string name, string url, CancellationToken cancellationToken)
        {
            try
            {
                await using var body = await http.GetStreamAsync(new Uri(url + "/status"), cancellationToken);
                return await JsonSerializer.DeserializeAsync(body, PortalJson.Default.PortalStatus, cancellationToken) ?? Unreachable(name);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or JsonException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                _log.Warning($"portal {name}: {error.Message}");
                return Unreachable(name);
            }
        }

        /// <summary>What the dashboard shows for a portal that does not answer: the demo puts it into Atlantis.</summary>
        private static PortalStatus Unreachable(string name) => new(
            name,
            [-25.702539, 37.747909],
            "Atlantis",
            new PortalSettings { RequestRatio = 0, Devices = new(0, 0), Users = new(0, 0), TravelType = new(0, 0, 0) },
            new PortalRequests { Error = true });
    }
}
