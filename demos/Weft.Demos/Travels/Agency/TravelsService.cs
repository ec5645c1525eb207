using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Agency;

/// <summary>Image <c>demo_travels_travels</c>: destinations, and quotes put together from the agency's four offer services.</summary>
internal sealed class TravelsService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        using var http = DemoHttpClient.Create(context);
        var service = new Serving(context, http);
        await DemoServer.ServeAsync(
            context,
            context.Setting("LISTEN_ADDRESS", ":8000"),
            application =>
            {
                application.MapGet("/travels", service.DestinationsAsync);
                application.MapGet("/travels/{city}", service.QuoteAsync);
            },
            cancellationToken);
        return 0;
    }

    private sealed class Serving(DemoContext context, HttpClient http)
    {
        private readonly ChaosMonkey _chaos = new(context);
        private readonly DemoLog _log = new(context, "travels.cs");
        private readonly string _version = context.Setting("CURRENT_VERSION", "v1");

        public async Task DestinationsAsync(HttpContext request)
        {
            var headers = TravelHeaders.From(request.Request);
            _log.Information($"[travels/{_version}] GetDestinations from [{headers.Portal}]. Device [{headers.Device}]. User [{headers.User}]. Travel [{headers.Travel}]");
            try
            {
                // An HTTP error of hotels is decoded like an empty list; only a broken connection is an error here.
                var cities = await CallAsync("HOTELS_SERVICE", "/hotels", headers, TravelsJson.Default.IReadOnlyListCityDto, request.RequestAborted) ?? [];
                await request.Response.WriteAsync(200, cities, TravelsJson.Default.IReadOnlyListCityDto);
            }
            catch (HttpRequestException error)
            {
                _log.Error($"[travels/{_version}] hotels: {error.Message}");
                await request.Response.WriteAsync(500, new ErrorBody(error.Message), TravelsJson.Default.ErrorBody);
            }
        }

        public async Task QuoteAsync(HttpContext request)
        {
            var city = request.Request.RouteValues["city"] as string ?? "";
            var headers = TravelHeaders.From(request.Request);
            _log.Information($"[travels/{_version}] GetTravelQuote from [{headers.Portal}]. Device [{headers.Device}]. User [{headers.User}]. Travel [{headers.Travel}] for [city: {city}].");
            await _chaos.DisturbTravelAsync(city, headers, request.RequestAborted);
            if (await TryQuoteAsync(city, headers, request.RequestAborted) is { } quote)
            {
                await request.Response.WriteAsync(200, quote, TravelsJson.Default.TravelQuote);
            }
            else
            {
                await request.Response.WriteAsync(404, new ErrorBody($"Travel Quote for {city} not found"), TravelsJson.Default.ErrorBody);
            }
        }

        /// <summary>A quote of the parts that the travel type has, asked for in parallel; null when one of them fails.</summary>
        private async Task<TravelQuote?> TryQuoteAsync(string city, TravelHeaders headers, CancellationToken cancellationToken)
        {
            var path = Uri.EscapeDataString(city);
            var flights = headers.Travel == "t3" ? null : PartAsync("FLIGHTS_SERVICE", "/flights/" + path, headers, TravelsJson.Default.IReadOnlyListFlightOffer, cancellationToken);
            var cars = headers.Travel == "t2" ? null : PartAsync("CARS_SERVICE", "/cars/" + path, headers, TravelsJson.Default.IReadOnlyListCarOffer, cancellationToken);
            var hotels = PartAsync("HOTELS_SERVICE", "/hotels/" + path, headers, TravelsJson.Default.IReadOnlyListHotelOffer, cancellationToken);
            var insurances = PartAsync("INSURANCES_SERVICE", "/insurances/" + path, headers, TravelsJson.Default.IReadOnlyListInsuranceOffer, cancellationToken);
            Task?[] parts = [flights, cars, hotels, insurances];
            await Task.WhenAll(parts.OfType<Task>());
            var quote = new TravelQuote
            {
                City = city,
                CreatedAt = context.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
                Status = "Valid",
                Flights = flights?.Result,
                Cars = cars?.Result,
                Hotels = hotels.Result,
                Insurances = insurances.Result,
            };
            var failed = (flights is not null && quote.Flights is null) || (cars is not null && quote.Cars is null) || quote.Hotels is null || quote.Insurances is null;
            return failed ? null : quote;
        }

        /// <summary>One part of a quote; null when the service cannot be reached or answers with an error.</summary>
        private async Task<T?> PartAsync<T>(string service, string path, TravelHeaders headers, JsonTypeInfo<T> type, CancellationToken cancellationToken)
            where T : class
        {
            try
            {
                return await CallAsync(service, path, headers, type, cancellationToken);
            }
            catch (HttpRequestException error)
            {
                _log.Warning($"[travels/{_version}] {path}: {error.Message}");
                return null;
            }
        }

        /// <summary>The decoded answer; null when its status is an error or its body is not of the type.</summary>
        private async Task<T?> CallAsync<T>(string service, string path, TravelHeaders headers, JsonTypeInfo<T> type, CancellationToken cancellationToken)
            where T : class
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, context.Setting(service) + path);
            headers.Apply(call);
            using var answer = await http.SendAsync(call, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return null;
            }

            try
            {
                return await JsonSerializer.DeserializeAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken);
            }
            catch (JsonException error)
            {
                _log.Warning($"[travels/{_version}] {path}: {error.Message}");
                return null;
            }
        }
    }
}
