using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;
using Weft.Demos.MySql;

namespace Weft.Demos.Travels.Agency;

/// <summary>Images <c>demo_travels_{hotels,flights,cars,insurances}</c>: offers for a city from the database, reduced by the user's discount.</summary>
internal sealed class OfferService(OfferKind kind) : IDemoWorkload
{
    private const string CitiesStatement = "SELECT city, lat, lng FROM cities";

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        using var http = DemoHttpClient.Create(context);
        var service = new Serving(kind, context, http);
        await DemoServer.ServeAsync(
            context,
            context.Setting("LISTEN_ADDRESS", ":8000"),
            application =>
            {
                if (kind == OfferKind.Hotels)
                {
                    application.MapGet("/hotels", service.CitiesAsync);
                }

                application.MapGet("/" + kind.Name + "/{city}", service.OffersAsync);
            },
            cancellationToken);
        return 0;
    }

    private sealed class Serving(OfferKind kind, DemoContext context, HttpClient http)
    {
        private readonly MySqlDatabase _database = AgencyDatabase.From(context);
        private readonly ChaosMonkey _chaos = new(context);
        private readonly DemoLog _log = new(context, kind.Name + ".cs");
        private readonly string _version = context.Setting("CURRENT_VERSION", "v1");

        public async Task CitiesAsync(HttpContext request)
        {
            var headers = TravelHeaders.From(request.Request);
            _log.Information($"[{kind.Name}/{_version}] GetCities from [{headers.Portal}]. Device [{headers.Device}]. User [{headers.User}]. Travel [{headers.Travel}]");
            if (await QueryAsync(request, CitiesStatement) is { } result)
            {
                await request.Response.WriteAsync(200, [.. result.Rows.Select(row => new CityDto(row[0], row[1], row[2]))], TravelsJson.Default.IReadOnlyListCityDto);
            }
        }

        public async Task OffersAsync(HttpContext request)
        {
            var city = request.Request.RouteValues["city"] as string ?? "";
            var headers = TravelHeaders.From(request.Request);
            _log.Information($"[{kind.Name}/{_version}] Get{kind.Name} from [{headers.Portal}]. Device [{headers.Device}]. User [{headers.User}]. Travel [{headers.Travel}] for [city: {city}].");
            await _chaos.DisturbAsync(headers, request.RequestAborted);
            if (await QueryAsync(request, kind.Statement + MySqlStatements.Quote(city)) is not { } result)
            {
                return;
            }

            if (result.Rows.Count == 0)
            {
                await request.Response.WriteAsync(404, new ErrorBody($"City {city} not found"), TravelsJson.Default.ErrorBody);
                return;
            }

            var factor = 1 - await DiscountAsync(headers, request.RequestAborted);
            request.Response.ContentType = "application/json";
            await request.Response.Body.WriteAsync(kind.Write([.. result.Rows.Select(row => (row[0], Price(row[1], factor)))]), request.RequestAborted);
            await request.Response.Body.WriteAsync("\n"u8.ToArray(), request.RequestAborted);
        }

        /// <summary>The rows; null when the answer 500 has been written.</summary>
        private async Task<MySqlResult?> QueryAsync(HttpContext request, string statement)
        {
            try
            {
                return await _database.QueryAsync(statement, request.RequestAborted);
            }
            catch (Exception error) when (error is IOException or MySqlException)
            {
                _log.Error($"[{kind.Name}/{_version}] {error.Message}");
                await request.Response.WriteAsync(500, new ErrorBody(error.Message), TravelsJson.Default.ErrorBody);
                return null;
            }
        }

        /// <summary>The share that a known user need not pay; 0 when there is no user or no discounts service.</summary>
        private async Task<double> DiscountAsync(TravelHeaders headers, CancellationToken cancellationToken)
        {
            if (headers.User.Length == 0 || context.Setting("DISCOUNTS_SERVICE") is not { Length: > 0 } discounts)
            {
                return 0;
            }

            try
            {
                using var call = new HttpRequestMessage(HttpMethod.Get, $"{discounts}/discounts/{Uri.EscapeDataString(headers.User)}");
                headers.Apply(call);
                call.Headers.TryAddWithoutValidation("discountFrom", kind.Name);
                using var answer = await http.SendAsync(call, cancellationToken);
                answer.EnsureSuccessStatusCode();
                var discount = await JsonSerializer.DeserializeAsync(
                    await answer.Content.ReadAsStreamAsync(cancellationToken), TravelsJson.Default.Discount, cancellationToken);
                return discount?.Value ?? 0;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
            {
                _log.Warning($"[{kind.Name}/{_version}] discounts: {error.Message}");
                return 0;
            }
        }

        private static double Price(string price, double factor) =>
            Math.Round(double.Parse(price, CultureInfo.InvariantCulture) * factor, 2);
    }
}
