package simulator
import ("testing";"fmt";"os";"context";"encoding/json"
"github.com/seatbook/seatbook")
func TestExplore(t *testing.T){
 v,err:=NewVocabulary(append(seatbook.Modules(nil),Module())...); if err!=nil{t.Fatal(err)}
 s,err:=Load("/tmp/ov/a.yaml",v)
 if err!=nil{ for _,f:=range err.(Faults){fmt.Println(f)}; t.Fatal()}
 r,err:=s.Run(context.Background(),RunOptions{})
 if err!=nil{t.Fatal(err)}
 for _,x:=range r.Records{ fmt.Println(x.Branch,x.At.Format("2006-01-02T15:04Z07:00"),x.Step,x.Kind,x.Title(),x.Actor,x.Subject,string(x.Result),x.Refusal,x.Facts,x.Rules()); for _,l:=range x.FailureLines("a.yaml"){fmt.Println("   ",l)}}
 r.Records=nil
 b,_:=json.MarshalIndent(r,""," "); os.Stdout.Write(b)
}
