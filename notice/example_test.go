package notice_test

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/notice"
)

// A host takes a notice from the engine's events and sends it in the words of
// the recipient.
func Example() {
	ending := account.Notice{
		Stream: "acme", Kind: "tokens-ending", Language: account.English,
		Facts: map[string]string{"tokens": "1200", "ends": "2027-01-05T09:00:00Z"},
	}
	for _, language := range []account.Language{account.English, account.French} {
		ending.Language = language
		mail, err := notice.Text(ending)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(mail.Subject)
		fmt.Println(mail.Body)
		fmt.Println()
	}
	// Output:
	// 1,200 tokens of acme will end on 5 January 2027 at 09:00 UTC
	// Hello,
	//
	// The team acme has 1,200 tokens that can be used until 5 January 2027 at 09:00 UTC. What is left by then is lost.
	//
	// 1 200 jetons de l’équipe acme à utiliser avant le 5 janvier 2027 à 09:00 UTC
	// Bonjour,
	//
	// L’équipe acme a 1 200 jetons à utiliser avant le 5 janvier 2027 à 09:00 UTC. Ce qui restera alors sera perdu.
}

// A kind that has no text, or a fact that is missing, is told as an error.
func ExampleText() {
	_, err := notice.Text(account.Notice{Stream: "acme", Kind: "birthday"})
	fmt.Println(err)
	_, err = notice.Text(account.Notice{Stream: "acme", Kind: account.InvitationNotice})
	fmt.Println(err)
	// Output:
	// notice: there is no text for the kind "birthday"
	// notice: the text cannot be filled: invitation tells the fact "ends", which the notice lacks
}

func ExampleKinds() {
	for _, kind := range notice.Kinds()[:3] {
		fmt.Println(kind)
	}
	// Output:
	// invitation
	// invitation-ended
	// low-balance
}
