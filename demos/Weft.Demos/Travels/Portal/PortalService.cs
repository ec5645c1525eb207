using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Portal;

/// <summary>Image <c>demo_travels_portal</c>: a travel shop whose visitors ask the agency all day, and the endpoints that the dashboard steers it by.</summary>
internal sealed class PortalService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var name = context.Setting("PORTAL_NAME", "portal");
        var state = new PortalState(name, context.Setting("PORTAL_COUNTRY"), Coordinates(context.Setting("PORTAL_COORDINATES")));
        using var http = DemoHttpClient.Create(context);
        var visitors = new Visitors(context, http, name, state).RunAsync(cancellationToken);
        await DemoServer.ServeAsync(context, context.Setting("LISTEN_ADDRESS", ":8000"), application => Map(application, state), cancellationToken);
        await visitors;
        return 0;
    }

    private static void Map(WebApplication application, PortalState state)
    {
        application.MapGet("/status", (HttpContext request) => request.Response.WriteAsync(200, state.Status(), PortalJson.Default.PortalStatus));
        application.MapPut("/settings", async (HttpContext request) =>
        {
            if (await ReadSettingsAsync(request.Request) is { } settings)
            {
                state.Replace(settings);
                await request.Response.WriteAsync(200, settings, PortalJson.Default.PortalSettings);
            }
            else
            {
                await request.Response.WriteAsync(400, new ErrorBody("Body is not valid settings JSON"), TravelsJson.Default.ErrorBody);
            }
        });
    }

    /// <summary>The settings in a request's body; null when it holds none.</summary>
    public static async Task<PortalSettings?> ReadSettingsAsync(HttpRequest request)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, PortalJson.Default.PortalSettings, request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The environment says latitude, longitude; maps want longitude, latitude.</summary>
    private static double[] Coordinates(string text) =>
        text.Split(',') is [var latitude, var longitude]
        && double.TryParse(latitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
        && double.TryParse(longitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            ? [x, y]
            : [0, 0];

    private sealed class Visitors(DemoContext context, HttpClient http, string name, PortalState state)
    {
        /// <summary>
        /// A shop opens this long after its start, and tries again after it as long as the agency has not told its cities: everything starts at once here,
        /// where the original's pod ends at its first failure and is started again.
        /// </summary>
        private static readonly TimeSpan Opening = TimeSpan.FromSeconds(2);

        private readonly DemoLog _log = new(context, "portal.cs");
        private readonly string _agency = context.Setting("TRAVELS_AGENCY_SERVICE");
        private IReadOnlyList<CityDto> _cities = [];

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            try
            {
                await Task.Delay(Opening, context.Time, cancellationToken);
                while (true)
                {
                    await VisitAsync(state.Next(), cancellationToken);
                    await Task.Delay(_cities.Count == 0 ? Opening : state.Pause, context.Time, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The pod stops.
            }
        }

        private async Task VisitAsync(RequestClass visitor, CancellationToken cancellationToken)
        {
            try
            {
                // An answer that is no list of cities keeps the list that was known before.
                _cities = await GetAsync("/travels", visitor, TravelsJson.Default.IReadOnlyListCityDto, cancellationToken) ?? _cities;
                if (_cities.Count == 0)
                {
                    return;
                }

                var city = _cities[Random.Shared.Next(_cities.Count)];
                if (await GetAsync("/travels/" + Uri.EscapeDataString(city.City), visitor, TravelsJson.Default.TravelQuote, cancellationToken) is not null)
                {
                    state.Count(city, visitor);
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                _log.Error($"[{name}] {error.Message}");
            }
        }

        /// <summary>The decoded answer; null when its status is an error or its body something else.</summary>
        private async Task<T?> GetAsync<T>(string path, RequestClass visitor, JsonTypeInfo<T> type, CancellationToken cancellationToken)
            where T : class
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, _agency + path);
            new TravelHeaders { Portal = name, Device = visitor.Device, User = visitor.User, Travel = visitor.Travel }.Apply(call);
            using var answer = await http.SendAsync(call, cancellationToken);
            _log.Information($"[{name}] GET {path} [{visitor.Device}] [{visitor.User}] [{visitor.Travel}]: {(int)answer.StatusCode}");
            if (!answer.IsSuccessStatusCode)
            {
                return null;
            }

            try
            {
                return await JsonSerializer.DeserializeAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
