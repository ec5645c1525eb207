using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Demos.Hosting;
using Weft.Demos.MySql;
using Weft.Demos.Travels.Portal;

namespace Weft.Demos.Travels;

public sealed class TravelsTests
{
    private const string Travels = "http://travels.travel-agency:8000/travels";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Destinations_are_the_45_cities_in_the_bytes_that_the_demo_has()
    {
        await using var world = TravelsWorlds.Agency();
        using var client = world.Client();

        var body = await client.GetStringAsync(new Uri(Travels), Cancellation);

        Assert.Equal(2286, body.Length);
        Assert.Equal(45, JsonNode.Parse(body)!.AsArray().Count);
        Assert.Contains(world.Log, line => line.Contains("GetDestinations", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("t1", "cars flights hotels insurances")]
    [InlineData("t2", "flights hotels insurances")]
    [InlineData("t3", "cars hotels insurances")]
    [InlineData("", "cars flights hotels insurances")]
    public async Task A_quote_has_the_parts_of_its_travel_type(string travel, string parts)
    {
        await using var world = TravelsWorlds.Agency();
        using var client = world.Client();

        var quote = await QuoteAsync(client, "Rome", ("travel", travel));

        Assert.Equal(parts.Split(' '), quote.Select(each => each.Key).Where(key => key is "cars" or "flights" or "hotels" or "insurances").Order());
        Assert.Equal("Valid", (string?)quote["status"]);
    }

    [Theory]
    [InlineData("", 595)]
    [InlineData("registered", 535.5)]
    [InlineData("new", 446.25)]
    public async Task A_known_user_pays_less(string user, double price)
    {
        await using var world = TravelsWorlds.Agency();
        using var client = world.Client();
        client.DefaultRequestHeaders.Add("user", user);

        var hotels = JsonNode.Parse(await client.GetStringAsync(new Uri("http://hotels.travel-agency:8000/hotels/Luxembourg"), Cancellation))!;

        // Luxembourg is the 19th city: the Grand Hotel costs 500 + 5 * 19.
        Assert.Equal(price, (double)hotels[0]!["price"]!);
    }

    [Fact]
    public async Task Without_discounts_prices_stay()
    {
        await using var world = TravelsWorlds.Agency();
        world.Broken["discounts.travel-agency"] = true;
        using var client = world.Client();
        client.DefaultRequestHeaders.Add("user", "new");

        var flights = JsonNode.Parse(await client.GetStringAsync(new Uri("http://flights.travel-agency:8000/flights/Amsterdam"), Cancellation))!;

        Assert.Equal(1001, (double)flights[0]!["price"]!);
    }

    [Fact]
    public async Task A_quote_with_a_broken_part_is_not_found()
    {
        await using var world = TravelsWorlds.Agency();
        world.Broken["mysqldb.travel-agency"] = true;
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri(Travels + "/Rome"), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("""{"error":"Travel Quote for Rome not found"}""", (await answer.Content.ReadAsStringAsync(Cancellation)).Trim());
    }

    [Fact]
    public async Task An_unknown_city_is_not_found_and_a_quote_in_it_breaks_nothing()
    {
        await using var world = TravelsWorlds.Agency();
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://cars.travel-agency:8000/cars/" + Uri.EscapeDataString("O'Hara\\' OR 1=1")), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Portals_make_traffic_and_the_dashboard_shows_and_steers_them()
    {
        await using var world = TravelsWorlds.Agency();
        _ = world.Start(
            "travels.travel-portal", "quay.io/kiali/demo_travels_portal:v1", ("PORTAL_NAME", "travels.uk"), ("PORTAL_COUNTRY", "United Kingdom"),
            ("PORTAL_COORDINATES", "55.956245,-3.187915"), ("TRAVELS_AGENCY_SERVICE", "http://travels.travel-agency:8000"));
        _ = world.Start(
            "control.travel-control", "quay.io/kiali/demo_travels_control:v1",
            ("PORTAL_SERVICES", "travels.uk;http://travels.travel-portal:8000,lost.fr;http://lost.travel-portal:8000"));
        world.Broken["lost.travel-portal"] = true;
        using var client = world.Client();
        var control = new Uri("http://control.travel-control:8080/");

        JsonNode? portal;
        do
        {
            var statuses = JsonNode.Parse(await client.GetStringAsync(new Uri(control, "status"), Cancellation))!.AsArray();
            Assert.Equal(["lost.fr", "travels.uk"], statuses.Select(status => (string?)status!["name"]));
            Assert.Equal("Atlantis", (string?)statuses[0]!["country"]);
            portal = statuses[1];
        }
        while ((int)portal!["status"]!["requests"]!["total"]! == 0);

        Assert.Equal(-3.187915, (double)portal["coordinates"]![0]!);
        Assert.Single(portal["status"]!["cities"]!.AsArray());

        using var settings = new StringContent("""{"request_ratio":90,"devices":{"web":100,"mobile":0},"users":{"registered":0,"new":100},"travel_type":{"t1":100,"t2":0,"t3":0}}""", Encoding.UTF8, "application/json");
        using var put = await client.PutAsync(new Uri(control, "settings/travels.uk"), settings, Cancellation);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var lost = await client.PutAsync(new Uri(control, "settings/nobody"), settings, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        using var garbage = new StringContent("{\"request_ratio\":");
        using var bad = await client.PutAsync(new Uri(control, "settings/travels.uk"), garbage, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("Travels", await client.GetStringAsync(control, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_without_its_settings_gives_up()
    {
        await using var world = new DemoWorld();

        Assert.Equal(1, await world.Start("control", "quay.io/kiali/demo_travels_control:v1"));
        Assert.Equal(1, await world.Start("loadtester", "quay.io/kiali/demo_travels_loadtester:v1"));
    }

    [Fact]
    public async Task A_round_of_the_load_tester_is_a_warm_up_per_connection_and_its_calls()
    {
        await using var world = TravelsWorlds.Agency();
        _ = world.Start(
            "loadtester.travel-portal", "quay.io/kiali/demo_travels_loadtester:v1",
            ("CONNECTIONS", "5"), ("NUMCALLS", "2"), ("TRAVELS_AGENCY_SERVICE", "http://travels.travel-agency:8000"));

        string? summary;
        while ((summary = world.Log.FirstOrDefault(line => line.Contains("loadtester.cs", StringComparison.Ordinal))) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        Assert.EndsWith("code 200: 7", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_refuses_a_wrong_password_and_unknown_statements()
    {
        await using var world = TravelsWorlds.Agency();

        var denied = await Assert.ThrowsAsync<MySqlException>(() => QueryAsync(world, "wrong", "SELECT city, lat, lng FROM cities"));
        var unknown = await Assert.ThrowsAsync<MySqlException>(() => QueryAsync(world, "password", "DROP TABLE cities"));

        Assert.Equal(1045, denied.Code);
        Assert.Equal(1064, unknown.Code);
    }

    [Fact]
    public async Task The_database_survives_garbage()
    {
        await using var world = TravelsWorlds.Agency();
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(1, 300)];
            random.NextBytes(garbage);
            await using var connection = await world.DialAsync("mysqldb.travel-agency", 3306, Cancellation);
            await connection.WriteAsync(garbage, Cancellation);
        }

        var result = await QueryAsync(world, "password", "SELECT o.company, o.price FROM insurances o JOIN cities c ON o.cityId = c.cityId WHERE c.city = 'Zagreb'");
        Assert.Equal([["Yellow Insurances", "352"], ["Blue Insurances", "101"]], result.Rows);
    }

    [Fact]
    public void The_mix_converges_to_the_settings()
    {
        var mix = new RequestMix();
        var settings = new PortalSettings { Devices = new(80, 20), Users = new(30, 70), TravelType = new(10, 20, 70) };

        var made = Enumerable.Range(0, 100).Select(_ => mix.Next(settings)).ToArray();

        Assert.Equal(80, made.Count(each => each.Device == "web"));
        Assert.Equal(70, made.Count(each => each.User == "new"));
        Assert.Equal(70, made.Count(each => each.Travel == "t3"));
    }

    private static async Task<JsonObject> QuoteAsync(HttpClient client, string city, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Travels}/{city}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request, Cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!.AsObject();
    }

    private static async Task<MySqlResult> QueryAsync(DemoWorld world, string password, string statement)
    {
        await using var connection = await world.DialAsync("mysqldb.travel-agency", 3306, Cancellation);
        return await MySqlClient.QueryAsync(connection, "root", password, "test", statement, Cancellation);
    }
}
